import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';
import { ReadError } from '../core/errors';
import type { ICommListener, IKernelComm, IKernelPort } from '../sources/comm';

/** What is used of a notebook's session. */
export type KernelContext = Pick<
  ISessionContext,
  | 'connectionStatusChanged'
  | 'kernelChanged'
  | 'ready'
  | 'session'
  | 'statusChanged'
>;

/** What the kernel held is lost. */
const GONE: readonly Kernel.Status[] = [
  'restarting',
  'autorestarting',
  'terminating',
  'dead'
];

/** The kernel of a notebook. */
export function notebookKernel(context: KernelContext): IKernelPort {
  return {
    async open(target, data, listener) {
      await context.ready;
      const kernel = context.session?.kernel;
      if (!kernel || GONE.includes(kernel.status)) {
        throw new ReadError('kernel', 'missing');
      }
      return openIn(kernel, target, data, listener);
    },
    watch(hear) {
      let isDown = false;
      const onStatus = (_: unknown, status: Kernel.Status) => {
        if (GONE.includes(status)) {
          hear('gone');
        }
      };
      const onKernel: Parameters<
        KernelContext['kernelChanged']['connect']
      >[0] = (_, { oldValue }) => {
        if (oldValue !== null) {
          hear('gone');
        }
      };
      const onConnection = (_: unknown, status: Kernel.ConnectionStatus) => {
        if (status === 'connected' && isDown) {
          hear('back');
        }
        isDown = status !== 'connected';
      };
      context.statusChanged.connect(onStatus);
      context.kernelChanged.connect(onKernel);
      context.connectionStatusChanged.connect(onConnection);
      return () => {
        context.statusChanged.disconnect(onStatus);
        context.kernelChanged.disconnect(onKernel);
        context.connectionStatusChanged.disconnect(onConnection);
      };
    }
  };
}

async function openIn(
  kernel: Kernel.IKernelConnection,
  target: string,
  data: Parameters<IKernelComm['send']>[0],
  { onMessage, onClose }: ICommListener
): Promise<IKernelComm> {
  const comm = kernel.createComm(target);
  comm.onMsg = ({ content, buffers = [] }) =>
    onMessage(content.data, buffers.map(bytesOf));
  comm.onClose = onClose;
  if (kernel.supportsSubshells && 'subshellStarted' in comm) {
    // There it is answered while a cell runs; where none can be had, when the cell has ended.
    await Promise.resolve(comm.subshellStarted).catch(() => undefined);
  }
  if (comm.isDisposed) {
    throw new ReadError('kernel', 'missing');
  }
  comm.open(data);
  return {
    send: message => {
      if (!comm.isDisposed) {
        comm.send(message);
      }
    },
    close: () => {
      comm.onClose = () => undefined;
      if (!comm.isDisposed && !kernel.isDisposed) {
        comm.close();
      }
    }
  };
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
