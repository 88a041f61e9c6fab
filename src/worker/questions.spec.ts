import type { Urgency } from './protocol';
import { newestFirst, type Questions } from './questions';

const turn = () => new Promise(resolve => setTimeout(resolve));

/** A worker that answers when it is told to. */
function fakeWorker() {
  const put: string[] = [];
  const answers = new Map<string, (failed?: Error) => void>();
  const questions = newestFirst();
  const lost: string[] = [];
  const make = (name: string) =>
    questions.question(
      () =>
        new Promise<string>((resolve, reject) => {
          put.push(name);
          answers.set(name, failed =>
            failed ? reject(failed) : resolve(`${name}!`)
          );
        }),
      () => lost.push(name)
    );
  const answer = async (name: string, failed?: Error) => {
    answers.get(name)?.(failed);
    await turn();
  };
  const ask = (names: string, urgency?: Urgency) =>
    [...names].map(name => make(name).answer(undefined, urgency));
  return { questions, put, lost, make, ask, answer };
}

describe('questions', () => {
  test('are put two at a time, the newest first, those of one moment in their order', async () => {
    const { put, ask, answer } = fakeWorker();
    void ask('abcd');
    await turn();
    void ask('ef');
    expect(put.join('')).toBe('ab');
    for (const name of 'abefcd') {
      await answer(name);
    }
    expect(put.join('')).toBe('abefcd');
  });

  test('that nobody waits for come after all others', async () => {
    const { put, ask, answer } = fakeWorker();
    void ask('ab', 'now');
    await turn();
    void ask('cd', 'now');
    await turn();
    void ask('xy', 'later');
    for (const name of 'abcdxy') {
      await answer(name);
    }
    expect(put.join('')).toBe('abcdxy');
  });

  test('that nobody waits for leave a place to those that someone does', async () => {
    const { put, ask, answer } = fakeWorker();
    void ask('xyz', 'later');
    await turn();
    expect(put.join('')).toBe('x');
    void ask('ab', 'now');
    expect(put.join('')).toBe('xa');
    await answer('x');
    expect(put.join('')).toBe('xab');
    for (const name of 'abyz') {
      await answer(name);
    }
    expect(put.join('')).toBe('xabyz');
  });

  test('become the newest when they are asked again', async () => {
    const { put, ask, make, answer } = fakeWorker();
    void ask('ab');
    const later = make('x');
    const answered = later.answer(undefined, 'later');
    await turn();
    void ask('cd');
    await turn();
    const again = later.answer();
    for (const name of 'abxcd') {
      await answer(name);
    }
    expect(put.join('')).toBe('abxcd');
    expect(await again).toBe('x!');
    expect(await answered).toBe('x!');
    // An answer is there for all who ask later.
    expect(await later.answer()).toBe('x!');
    expect(put.join('')).toBe('abxcd');
  });

  test('are not put once all who asked are gone', async () => {
    const { put, lost, ask, make, answer } = fakeWorker();
    void ask('ab');
    const [first, second] = [new AbortController(), new AbortController()];
    const question = make('x');
    const one = question.answer(first.signal);
    const two = question.answer(second.signal);
    first.abort();
    await expect(one).rejects.toThrow('abort');
    expect(lost).toEqual([]);
    second.abort();
    expect(lost).toEqual(['x']);
    await expect(two).rejects.toThrow('abort');
    await answer('a');
    await answer('b');
    expect(put.join('')).toBe('ab');
  });

  test('that were put are answered for whoever still waits', async () => {
    const { lost, make, answer } = fakeWorker();
    const gone = new AbortController();
    const question = make('a');
    const one = question.answer(gone.signal);
    gone.abort();
    await expect(one).rejects.toThrow('abort');
    const two = question.answer();
    await answer('a');
    expect(await two).toBe('a!');
    expect(lost).toEqual([]);
  });

  test('are not asked by those who were gone before', async () => {
    const { put, make } = fakeWorker();
    const gone = new AbortController();
    gone.abort();
    await expect(make('a').answer(gone.signal)).rejects.toThrow('abort');
    expect(put).toEqual([]);
  });

  test('go on after one failed, which is lost', async () => {
    const { put, lost, ask, answer } = fakeWorker();
    const [a, b, c] = ask('abc');
    const failed = expect(a).rejects.toThrow('broken');
    await answer('a', new Error('broken'));
    await failed;
    expect(lost).toEqual(['a']);
    await answer('b');
    await answer('c');
    expect(await Promise.all([b, c])).toEqual(['b!', 'c!']);
    expect(put.join('')).toBe('abc');
  });

  test('end with an error, those that come later too', async () => {
    const { questions, ask, put } = fakeWorker();
    const asked = ask('abc');
    (questions satisfies Questions).end(new Error('closed'));
    await expect(asked[2]).rejects.toThrow('closed');
    await expect(ask('d')[0]).rejects.toThrow('closed');
    expect(put.join('')).toBe('ab');
  });
});
