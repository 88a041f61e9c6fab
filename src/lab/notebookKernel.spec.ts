import { Signal } from '@lumino/signaling';
import type { KernelNews } from '../sources/comm';
import type { KernelContext } from './notebookKernel';
import { notebookKernel } from './notebookKernel';

class FakeComm {
  onMsg: (message: unknown) => void = () => undefined;
  onClose: () => void = () => undefined;
  isDisposed = false;
  readonly sent: unknown[] = [];
  open(data: unknown): void {
    this.sent.push(['open', data]);
  }
  send(data: unknown, _: unknown, buffers: unknown[]): void {
    this.sent.push(['send', data, ...buffers]);
  }
  close(): void {
    this.onClose();
    this.isDisposed = true;
    this.sent.push(['close']);
  }
}

function setUp() {
  const comm = new FakeComm();
  const kernel = {
    status: 'idle',
    isDisposed: false,
    supportsSubshells: false,
    createComm: () => comm
  };
  const signals = {
    statusChanged: new Signal<object, string>({}),
    kernelChanged: new Signal<object, { oldValue: unknown }>({}),
    connectionStatusChanged: new Signal<object, string>({})
  };
  const context = {
    ready: Promise.resolve(),
    session: { kernel: kernel as typeof kernel | null },
    ...signals
  };
  const port = notebookKernel(context as unknown as KernelContext);
  const news: KernelNews[] = [];
  const stop = port.watch(n => news.push(n));
  return { comm, context, kernel, port, news, stop, ...signals };
}

const listener = () => ({ onMessage: jest.fn(), onClose: jest.fn() });

test('messages go both ways, buffers as bytes', async () => {
  const { comm, port } = setUp();
  const heard = listener();
  const opened = await port.open('neuraldivergence', { version: 1 }, heard);
  opened.send({ request: 1 });
  expect(comm.sent).toEqual([
    ['open', { version: 1 }],
    ['send', { request: 1 }]
  ]);
  const whole = Uint8Array.from([1, 2, 3, 4]);
  comm.onMsg({
    content: { data: { request: 1 } },
    buffers: [new DataView(whole.buffer, 1, 2), whole.buffer]
  });
  expect(heard.onMessage).toHaveBeenCalledWith({ request: 1 }, [
    Uint8Array.from([2, 3]),
    whole
  ]);
  comm.onClose();
  expect(heard.onClose).toHaveBeenCalledTimes(1);
});

test('buffers are sent, and a comm that is answered between cells needs no subshell', async () => {
  const { comm, kernel, port } = setUp();
  kernel.supportsSubshells = true;
  Object.assign(comm, { subshellStarted: new Promise(() => undefined) });
  const opened = await port.open(
    'neuraldivergence.model',
    { version: 1 },
    listener(),
    'between cells'
  );
  expect(comm).toMatchObject({ commsOverSubshells: 'disabled' });
  opened.send({ request: 1 }, [Uint8Array.of(7)]);
  expect(comm.sent.at(-1)).toEqual(['send', { request: 1 }, Uint8Array.of(7)]);
});

test('what we close is not told as closed by the kernel, and nothing is sent after it', async () => {
  const { comm, port } = setUp();
  const heard = listener();
  const opened = await port.open('neuraldivergence', {}, heard);
  opened.close();
  opened.close();
  opened.send({ request: 1 });
  expect(comm.sent).toEqual([['open', {}], ['close']]);
  expect(heard.onClose).not.toHaveBeenCalled();
});

test('without a kernel, or with a dead one, nothing is there', async () => {
  const { context, kernel, port } = setUp();
  const missing = { tag: 'read', reason: 'missing' };
  kernel.status = 'dead';
  await expect(port.open('t', {}, listener())).rejects.toMatchObject(missing);
  context.session.kernel = null;
  await expect(port.open('t', {}, listener())).rejects.toMatchObject(missing);
});

test.each(['restarting', 'autorestarting', 'terminating', 'dead'])(
  'a kernel that is %s holds nothing any more',
  status => {
    const { news, statusChanged } = setUp();
    statusChanged.emit('busy');
    statusChanged.emit(status);
    expect(news).toEqual(['gone']);
  }
);

test('another kernel holds nothing; the first one is no other', () => {
  const { news, kernelChanged } = setUp();
  kernelChanged.emit({ oldValue: null });
  expect(news).toEqual([]);
  kernelChanged.emit({ oldValue: {} });
  expect(news).toEqual(['gone']);
});

test('a connection that was lost is told when it is back', () => {
  const { news, connectionStatusChanged, stop } = setUp();
  connectionStatusChanged.emit('connected');
  expect(news).toEqual([]);
  connectionStatusChanged.emit('connecting');
  connectionStatusChanged.emit('connected');
  expect(news).toEqual(['back']);
  stop();
  connectionStatusChanged.emit('connecting');
  connectionStatusChanged.emit('connected');
  expect(news).toEqual(['back']);
});
