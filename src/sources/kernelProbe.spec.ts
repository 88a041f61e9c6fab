import { ModelError } from '../core/errors';
import type { AttackOrder, AttackProgress, Subject } from '../probe/engine';
import type {
  CommData,
  ICommListener,
  IKernelPort,
  Json,
  KernelNews
} from './comm';
import { liveOf, openKernelProbe } from './kernelProbe';

const ID = 'ab'.repeat(32);
const SUBJECT: Subject = {
  classes: 2,
  picture: { height: 2, width: 2, channels: 1 },
  layers: [
    { name: 'conv', neurons: 3, reduction: 'mean' },
    { name: 'gone', neurons: 9, reduction: null },
    { name: 'out', neurons: 2, reduction: null }
  ]
};
const FOUND = {
  shape: [2, 2, 1],
  classes: 2,
  backend: 'PyTorch on cuda:0',
  gradients: true,
  matches: [
    { recorded: 'conv', layer: 'conv', why: null },
    { recorded: 'gone', layer: null, why: { kind: 'absent', layer: 'gone' } },
    { recorded: 'out', layer: 'fc', why: null }
  ]
};
const NEURONS = [3, 9, 2];
const ORDER: AttackOrder = {
  kind: 'pixels',
  label: 0,
  target: null,
  count: 1,
  population: 5,
  generations: 3,
  seed: 0
};

type Comm = {
  readonly opening: CommData;
  readonly listener: ICommListener;
  readonly asked: CommData[];
  isClosed: boolean;
};

const bytes = (values: readonly number[], odd = 0) => {
  const own = new Uint8Array(new Float32Array(values).buffer);
  // At any place of the message, as they come.
  const whole = new Uint8Array(own.length + odd);
  whole.set(own, odd);
  return whole.subarray(odd);
};

/**
 * A kernel as the real one is: one message after the other, and none while a cell runs. The value of every neuron
 * is the sum of the picture plus its place.
 */
class FakeKernel implements IKernelPort {
  readonly comms: Comm[] = [];
  readonly answeredWhen: (string | undefined)[] = [];
  found: Json = FOUND;
  greeting: CommData | null = null;
  isBusy = false;
  isMissing = false;
  fails: string | null = null;
  watchers = 0;
  most = 0;
  tell: (news: KernelNews) => void = () => undefined;

  async open(
    target: string,
    opening: CommData,
    listener: ICommListener,
    when?: string
  ) {
    if (this.isMissing) {
      throw new Error('no kernel');
    }
    expect(target).toBe('neuraldivergence.model');
    this.answeredWhen.push(when);
    const comm: Comm = { opening, listener, asked: [], isClosed: false };
    this.comms.push(comm);
    this.post(() =>
      listener.onMessage(this.greeting ?? { found: this.found }, [])
    );
    return {
      send: (data: CommData, buffers: readonly Uint8Array[] = []) => {
        comm.asked.push(data);
        this.open_ += 1;
        this.most = Math.max(this.most, this.open_);
        this.post(() => this.answer(comm, data, buffers));
      },
      close: () => {
        comm.isClosed = true;
      }
    };
  }

  watch(hear: (news: KernelNews) => void) {
    this.watchers += 1;
    this.tell = hear;
    return () => {
      this.watchers -= 1;
    };
  }

  /** The cell that runs has ended. */
  finish(): void {
    this.isBusy = false;
    this.queue.splice(0).forEach(task => task());
  }

  private post(task: () => void): void {
    setTimeout(() => (this.isBusy ? this.queue.push(task) : task()), 0);
  }

  private answer(
    { listener }: Comm,
    { request, run, attack, stop }: CommData,
    [pixels]: readonly Uint8Array[]
  ): void {
    this.open_ -= 1;
    const say = (data: CommData, buffers: Uint8Array[] = []) =>
      listener.onMessage({ request, ...data }, buffers);
    if (this.fails !== null) {
      say({ error: 'failed', text: this.fails });
    } else if (run !== undefined) {
      const { count, layers } = run as { count: number; layers: number[] };
      const sums = Array.from({ length: count }, (_, i) =>
        pixels.slice(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)
      );
      say({ probabilities: true }, [
        bytes(sums.flatMap(() => [0.25, 0.75])),
        ...layers.map((place, i) =>
          bytes(
            sums.flatMap(sum =>
              Array.from({ length: NEURONS[place] }, (_, n) => sum + n)
            ),
            i + 1
          )
        )
      ]);
    } else if (attack !== undefined || stop === false) {
      this.step = attack === undefined ? this.step + 1 : 0;
      if (this.step === 3) {
        this.end(say, 'goal');
      } else {
        const progress = { step: this.step, of: 3, evaluations: 5 };
        say({ progress: { ...progress, confidence: 0.5 } }, [
          Uint8Array.of(1, 2, 3, this.step),
          new Uint8Array(new Uint32Array([3, 1]).buffer),
          bytes([0.5, 0.25], 3)
        ]);
      }
    } else {
      this.end(say, 'aborted');
    }
  }

  private end(
    say: (data: CommData, buffers: Uint8Array[]) => void,
    ended: string
  ): void {
    const success = [ended === 'goal'];
    say({ outcome: { success, evaluations: 20, ended, certificate: null } }, [
      Uint8Array.of(1, 2, 3, 9),
      bytes([0.25, 0.75], 2)
    ]);
  }

  private readonly queue: (() => void)[] = [];
  private open_ = 0;
  private step = 0;
}

const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach(probe => probe.dispose()));

async function open(kernel: FakeKernel, subject = SUBJECT) {
  const probe = await openKernelProbe(kernel, ID, subject);
  made.push(probe);
  return probe;
}

const PICTURE = Uint8Array.of(1, 2, 3, 4);
const until = async (isSo: () => boolean) => {
  while (!isSo()) {
    await new Promise(resolve => setTimeout(resolve, 1));
  }
};

test('the kernel tells what its model is like', async () => {
  const kernel = new FakeKernel();
  const { found } = await open(kernel);
  expect(kernel.comms[0].opening).toEqual({ version: 1, id: ID });
  expect(kernel.answeredWhen).toEqual(['between cells']);
  expect(found).toEqual({
    picture: { height: 2, width: 2, channels: 1 },
    backend: 'PyTorch on cuda:0',
    gradients: true,
    inKernel: true,
    matches: [
      { recorded: 'conv', layer: 'conv' },
      { recorded: 'gone', layer: null, why: { kind: 'absent', layer: 'gone' } },
      { recorded: 'out', layer: 'fc' }
    ]
  });
});

test('pictures are run, and the layers that were asked for come back', async () => {
  const probe = await open(new FakeKernel());
  const pictures = Uint8Array.of(1, 2, 3, 4, 10, 0, 0, 0);
  const { probabilities, layers } = await probe.run(pictures, [2, 0]);
  expect(probabilities).toEqual(Float32Array.of(0.25, 0.75, 0.25, 0.75));
  expect(layers).toEqual([
    Float32Array.of(10, 11, 10, 11),
    Float32Array.of(10, 11, 12, 10, 11, 12)
  ]);
});

test('the kernel has one question at a time; while a cell runs they wait here', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  kernel.isBusy = true;
  const runs = [1, 2, 3].map(i =>
    probe.run(
      PICTURE.map(x => x * i),
      [0]
    )
  );
  await until(() => kernel.comms[0].asked.length === 1);
  await new Promise(resolve => setTimeout(resolve, 5));
  expect(kernel.comms[0].asked).toHaveLength(1);
  kernel.finish();
  const answers = await Promise.all(runs);
  expect(answers.map(({ layers }) => layers[0][0])).toEqual([10, 20, 30]);
  expect(kernel.most).toBe(1);
});

test('an attack goes a step at a time, and runs are answered meanwhile', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  const told: AttackProgress[] = [];
  const attacking = probe.attack(
    PICTURE,
    ORDER,
    progress => told.push(progress),
    new AbortController().signal
  );
  await until(() => told.length === 1);
  await probe.run(PICTURE, []);
  expect(told.length).toBeLessThan(3);
  expect(await attacking).toEqual({
    pixels: Uint8Array.of(1, 2, 3, 9),
    probabilities: Float32Array.of(0.25, 0.75),
    success: [true],
    evaluations: 20,
    ended: 'goal',
    certificate: null
  });
  expect(told.map(({ step, of }) => [step, of])).toEqual([
    [0, 3],
    [1, 3],
    [2, 3]
  ]);
  expect(told[1]).toMatchObject({
    pixels: Uint8Array.of(1, 2, 3, 1),
    confidence: 0.5,
    evaluations: 5,
    tried: {
      pixels: Uint32Array.of(3, 1),
      confidences: Float32Array.of(0.5, 0.25)
    }
  });
  expect(kernel.comms[0].asked[0]['attack']).toEqual(ORDER);
});

test('an attack that is withdrawn resolves with what there is', async () => {
  const probe = await open(new FakeKernel());
  const ending = new AbortController();
  const report = () => ending.abort();
  const outcome = await probe.attack(PICTURE, ORDER, report, ending.signal);
  expect(outcome).toMatchObject({ ended: 'aborted', success: [false] });
});

test('a model that fails says so, and the next question is answered', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  kernel.fails = 'RuntimeError: CUDA out of memory';
  await expect(probe.run(PICTURE, [0])).rejects.toEqual(
    new ModelError('run', 'RuntimeError: CUDA out of memory')
  );
  kernel.fails = null;
  expect((await probe.run(PICTURE, [0])).layers[0][0]).toBe(10);
});

test.each([{ error: 'gone' }, { error: 'version' }, { error: 'busy' }])(
  'a kernel that answers %j has no model',
  async greeting => {
    const kernel = new FakeKernel();
    kernel.greeting = greeting;
    await expect(open(kernel)).rejects.toMatchObject({
      tag: 'unavailable',
      reason: 'kernel'
    });
    expect(kernel.watchers).toBe(0);
    expect(kernel.comms[0].isClosed).toBe(true);
  }
);

test('nor has one that does not know us, or is not there', async () => {
  const kernel = new FakeKernel();
  kernel.isBusy = true;
  const opening = open(kernel);
  await until(() => kernel.comms.length === 1);
  kernel.comms[0].listener.onClose();
  await expect(opening).rejects.toMatchObject({ reason: 'kernel' });
  kernel.isMissing = true;
  await expect(open(kernel)).rejects.toMatchObject({ reason: 'kernel' });
});

test('when the kernel is gone all questions fail once, and another probe can be opened', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  kernel.isBusy = true;
  const runs = [probe.run(PICTURE, [0]), probe.run(PICTURE, [0])];
  await until(() => kernel.comms[0].asked.length === 1);
  kernel.tell('gone');
  for (const run of [...runs, probe.run(PICTURE, [0])]) {
    await expect(run).rejects.toMatchObject({
      tag: 'unavailable',
      reason: 'kernel'
    });
  }
  expect(kernel.watchers).toBe(0);
  kernel.isBusy = false;
  const again = await open(kernel);
  expect((await again.run(PICTURE, [0])).layers[0][0]).toBe(10);
});

test('after a broken connection pictures are run again; an attack is not', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  kernel.isBusy = true;
  const { signal } = new AbortController();
  const attacking = probe.attack(PICTURE, ORDER, () => undefined, signal);
  const failed = expect(attacking).rejects.toMatchObject({ reason: 'run' });
  const run = probe.run(PICTURE, [0]);
  await until(() => kernel.comms[0].asked.length === 1);
  kernel.tell('back');
  await failed;
  expect(kernel.comms[0].isClosed).toBe(true);
  kernel.tell('back');
  kernel.finish();
  expect((await run).layers[0][0]).toBe(10);
  expect(kernel.comms).toHaveLength(3);
});

test('a closed probe asks for nothing more', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  probe.dispose();
  probe.dispose();
  await expect(probe.run(PICTURE, [0])).rejects.toMatchObject({
    reason: 'closed'
  });
  expect(kernel.comms[0].asked).toEqual([]);
  expect(kernel.comms[0].isClosed).toBe(true);
  expect(kernel.watchers).toBe(0);
});

test.each<[string, Json]>([
  ['nothing', null],
  ['another size', { ...FOUND, shape: [2, 3, 1] }],
  ['no size', { ...FOUND, shape: [2, 2] }],
  ['a huge size', { ...FOUND, shape: [2 ** 60, 2, 1] }],
  ['five channels', { ...FOUND, shape: [2, 2, 5] }],
  ['other classes', { ...FOUND, classes: 3 }],
  ['fewer layers', { ...FOUND, matches: FOUND.matches.slice(1) }],
  ['others', { ...FOUND, matches: [...FOUND.matches].reverse() }],
  ['no layers', { ...FOUND, matches: { length: 3 } }]
])('a kernel that tells of %s is refused', async (_, found) => {
  const kernel = new FakeKernel();
  kernel.found = found;
  await expect(open(kernel)).rejects.toMatchObject({ tag: 'model' });
  expect(kernel.watchers).toBe(0);
});

test.each([
  [[]],
  [[bytes([0.25, 0.75])]],
  [[bytes([0.25]), bytes([1, 2, 3])]],
  [[bytes([0.25, 0.75]), bytes([1, 2, 3, 4])]]
])('an answer with other buffers is refused', async buffers => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  kernel.isBusy = true;
  const run = probe.run(PICTURE, [0]);
  await until(() => kernel.comms[0].asked.length === 1);
  const { request } = kernel.comms[0].asked[0];
  kernel.comms[0].listener.onMessage({ request, probabilities: true }, buffers);
  await expect(run).rejects.toMatchObject({ tag: 'model', reason: 'run' });
});

test('what nobody asked for is passed over', async () => {
  const kernel = new FakeKernel();
  const probe = await open(kernel);
  const { listener } = kernel.comms[0];
  for (const data of [null, 7, 'x', [], { request: 9 }, { request: 'x' }]) {
    listener.onMessage(data, [bytes([1])]);
  }
  expect((await probe.run(PICTURE, [0])).layers[0][0]).toBe(10);
});

test.each<[unknown, string | null]>([
  [{ id: ID, live: { target: 'neuraldivergence.model' } }, ID],
  [{ id: ID, live: { target: 'jupyter.widget' } }, null],
  [{ id: ID, live: null }, null],
  [{ id: ID }, null],
  [{ id: '../x', live: { target: 'neuraldivergence.model' } }, null],
  [{ live: { target: 'neuraldivergence.model' } }, null],
  [null, null],
  [[ID], null]
])('what %j calls its live model is %p', (descriptor, id) => {
  expect(liveOf(descriptor)).toBe(id);
});
