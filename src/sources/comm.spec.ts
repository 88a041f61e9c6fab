import { MessageChannel } from 'node:worker_threads';
import { ReadError } from '../core/errors';
import type { PortAnswer, PortQuestion } from '../worker/protocol';
import type {
  CommData,
  CommOptions,
  ICommListener,
  IKernelPort,
  KernelNews
} from './comm';
import { openComm } from './comm';

Object.assign(globalThis, { MessageChannel });

const BLOCK = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

/** A comm as the kernel has it. */
type Comm = {
  readonly target: string;
  readonly opening: CommData;
  readonly listener: ICommListener;
  readonly asked: CommData[];
  isClosed: boolean;
};

/** A kernel that holds `BLOCK` and answers at once, unless it is told not to. */
class FakeKernel implements IKernelPort {
  readonly comms: Comm[] = [];
  greeting: CommData | null = { sizeBytes: BLOCK.length };
  isSilent = false;
  refusal: ReadError | null = null;
  watchers = 0;
  tell: (news: KernelNews) => void = () => undefined;

  async open(target: string, opening: CommData, listener: ICommListener) {
    if (this.refusal) {
      throw this.refusal;
    }
    const comm: Comm = {
      target,
      opening,
      listener,
      asked: [],
      isClosed: false
    };
    this.comms.push(comm);
    if (this.greeting) {
      const { greeting } = this;
      queueMicrotask(() => listener.onMessage(greeting, []));
    }
    return {
      send: (data: CommData) => {
        comm.asked.push(data);
        if (!this.isSilent) {
          queueMicrotask(() => this.answer(comm, data));
        }
      },
      close: () => {
        comm.isClosed = true;
      }
    };
  }

  answer({ listener }: Comm, { request, begin, end }: CommData): void {
    const bytes = BLOCK.subarray(Number(begin), Number(end));
    listener.onMessage({ request }, [bytes]);
  }

  watch(hear: (news: KernelNews) => void) {
    this.watchers += 1;
    this.tell = hear;
    return () => {
      this.watchers -= 1;
    };
  }
}

const made: { close(): void }[] = [];
afterEach(() => made.splice(0).forEach(bytes => bytes.close()));

const OPTIONS = { target: 'neuraldivergence', id: 'ab', name: 'kernel' };

async function open(kernel: FakeKernel, more: Partial<CommOptions> = {}) {
  const lost: ReadError[] = [];
  const bytes = await openComm(kernel, {
    ...OPTIONS,
    onLost: error => lost.push(error),
    ...more
  });
  made.push(bytes);
  const answers: PortAnswer[] = [];
  const { port } = bytes.carried;
  port.onmessage = ({ data }: MessageEvent<PortAnswer>) => answers.push(data);
  const ask = (question: PortQuestion) => port.postMessage(question);
  return { ...bytes, lost, answers, ask };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}

test('a recording is asked for by its id, and tells its size', async () => {
  const kernel = new FakeKernel();
  const { carried } = await open(kernel);
  expect(carried).toMatchObject({ kind: 'port', sizeBytes: 1000 });
  expect(kernel.comms[0]).toMatchObject({
    target: 'neuraldivergence',
    opening: { version: 1, id: 'ab' }
  });
});

test('questions are passed on and answered with their bytes', async () => {
  const kernel = new FakeKernel();
  const { answers, ask } = await open(kernel);
  ask({ request: 1, begin: 0, end: 10 });
  ask({ request: 2, begin: 990, end: 1000 });
  await until(() => answers.length === 2);
  expect(answers).toEqual([
    { request: 1, bytes: BLOCK.slice(0, 10) },
    { request: 2, bytes: BLOCK.slice(990, 1000) }
  ]);
});

test.each([
  ['gone', 'missing'],
  ['version', 'refused']
] as const)('a kernel that answers %j rejects as %j', async (error, reason) => {
  const kernel = new FakeKernel();
  kernel.greeting = { error };
  await expect(open(kernel)).rejects.toMatchObject({ tag: 'read', reason });
  expect(kernel.watchers).toBe(0);
});

test('a kernel that does not know us closes the comm: nothing is there', async () => {
  const kernel = new FakeKernel();
  kernel.greeting = null;
  const opening = open(kernel);
  await until(() => kernel.comms.length === 1);
  kernel.comms[0].listener.onClose();
  await expect(opening).rejects.toMatchObject({ reason: 'missing' });
});

test('no kernel rejects as it says', async () => {
  const kernel = new FakeKernel();
  kernel.refusal = new ReadError('kernel', 'missing');
  await expect(open(kernel)).rejects.toBe(kernel.refusal);
});

test('after a broken connection what is not answered is asked again, through a new comm', async () => {
  const kernel = new FakeKernel();
  const { answers, ask, lost } = await open(kernel);
  kernel.isSilent = true;
  ask({ request: 1, begin: 0, end: 10 });
  ask({ request: 2, begin: 10, end: 20 });
  await until(() => kernel.comms[0].asked.length === 2);
  kernel.answer(kernel.comms[0], { request: 2, begin: 10, end: 20 });
  kernel.isSilent = false;
  kernel.tell('back');
  await until(() => answers.length === 2);
  expect(kernel.comms).toHaveLength(2);
  expect(kernel.comms[0].isClosed).toBe(true);
  expect(kernel.comms[1].asked).toEqual([{ request: 1, begin: 0, end: 10 }]);
  // What the old comm still brings is not taken twice.
  kernel.answer(kernel.comms[0], { request: 1, begin: 0, end: 10 });
  ask({ request: 3, begin: 1, end: 2 });
  await until(() => answers.length === 3);
  expect(answers.map(a => a.request)).toEqual([2, 1, 3]);
  expect(lost).toEqual([]);
});

test('when the kernel is gone, open and later questions fail, and it is told once', async () => {
  const kernel = new FakeKernel();
  const { answers, ask, lost } = await open(kernel);
  kernel.isSilent = true;
  ask({ request: 1, begin: 0, end: 10 });
  await until(() => kernel.comms[0].asked.length === 1);
  kernel.tell('gone');
  kernel.tell('gone');
  kernel.comms[0].listener.onClose();
  kernel.tell('back');
  ask({ request: 2, begin: 0, end: 10 });
  await until(() => answers.length === 2);
  expect(answers).toEqual(
    [1, 2].map(request => ({
      request,
      error: { reason: 'missing', status: null }
    }))
  );
  expect(lost.map(({ reason }) => reason)).toEqual(['missing']);
  expect(kernel.comms).toHaveLength(1);
});

test('values that the kernel has dropped are lost for all questions', async () => {
  const kernel = new FakeKernel();
  const { answers, ask, lost } = await open(kernel);
  kernel.isSilent = true;
  ask({ request: 1, begin: 0, end: 10 });
  ask({ request: 2, begin: 0, end: 10 });
  await until(() => kernel.comms[0].asked.length === 2);
  kernel.comms[0].listener.onMessage({ request: 1, error: 'gone' }, []);
  await until(() => answers.length === 2);
  expect(lost.map(({ reason }) => reason)).toEqual(['missing']);
});

test.each([
  ['an error', { request: 1, error: 'range' }, []],
  ['too few bytes', { request: 1 }, [BLOCK.subarray(0, 3)]],
  ['no bytes', { request: 1 }, []]
] as const)(
  '%s in place of bytes fails the question',
  async (_, data, buffers) => {
    const kernel = new FakeKernel();
    const { answers, ask } = await open(kernel);
    kernel.isSilent = true;
    ask({ request: 1, begin: 0, end: 10 });
    await until(() => kernel.comms[0].asked.length === 1);
    kernel.comms[0].listener.onMessage(data, buffers);
    await until(() => answers.length === 1);
    expect(answers).toEqual([
      { request: 1, error: { reason: 'refused', status: null } }
    ]);
  }
);

test('what nobody asked for is passed over', async () => {
  const kernel = new FakeKernel();
  const { answers, ask } = await open(kernel);
  const { listener } = kernel.comms[0];
  for (const data of [null, 7, 'x', [], {}, { request: 9 }, { request: 'x' }]) {
    listener.onMessage(data, [BLOCK]);
  }
  ask({ request: 1, begin: 0, end: 1 });
  await until(() => answers.length === 1);
  expect(answers).toEqual([{ request: 1, bytes: BLOCK.slice(0, 1) }]);
});

test('a kernel that does not answer in time fails the question, and may answer others', async () => {
  const kernel = new FakeKernel();
  const { answers, ask } = await open(kernel, { answerMs: 20 });
  kernel.isSilent = true;
  ask({ request: 1, begin: 0, end: 10 });
  await until(() => answers.length === 1);
  expect(answers[0]).toMatchObject({ error: { reason: 'unreachable' } });
  kernel.isSilent = false;
  ask({ request: 2, begin: 0, end: 10 });
  await until(() => answers.length === 2);
  expect(answers[1]).toEqual({ request: 2, bytes: BLOCK.slice(0, 10) });
});

test('closing, from either side, closes the comm and ends the watch', async () => {
  const kernel = new FakeKernel();
  const first = await open(kernel);
  first.close();
  first.close();
  expect(kernel.comms[0].isClosed).toBe(true);
  const second = await open(kernel);
  second.ask({ close: true });
  await until(() => kernel.comms[1].isClosed);
  expect(kernel.watchers).toBe(0);
});
