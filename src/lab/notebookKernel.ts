import type { ISessionContext } from '@jupyterlab/apputils';
import { CommsOverSubshells, type Kernel } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import { ReadError } from '../core/errors';
import type {
  CommData,
  ICommListener,
  IKernelComm,
  IKernelPort
} from '../sources/comm';

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
    async open(target, data, listener, answered = 'any time') {
      await context.ready;
      const kernel = context.session?.kernel;
      if (!kernel || GONE.includes(kernel.status)) {
        throw new ReadError('kernel', 'missing');
      }
      const comm = kernel.createComm(target);
      if (answered === 'between cells') {
        comm.commsOverSubshells = CommsOverSubshells.Disabled;
      } else if (kernel.supportsSubshells && 'subshellStarted' in comm) {
        // There it is answered while a cell runs; where none can be had, when the cell has ended.
        await Promise.resolve(comm.subshellStarted).catch(() => undefined);
      }
      return openIn(kernel, comm, data, listener);
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

function openIn(
  kernel: Kernel.IKernelConnection,
  comm: Kernel.IComm,
  data: CommData,
  { onMessage, onClose }: ICommListener
): IKernelComm {
  if (comm.isDisposed) {
    throw new ReadError('kernel', 'missing');
  }
  comm.onMsg = ({ content, buffers = [] }) =>
    onMessage(content.data, buffers.map(bytesOf));
  comm.onClose = onClose;
  comm.open(data as JSONObject);
  return {
    send: (message, buffers = []) => {
      if (!comm.isDisposed) {
        comm.send(message as JSONObject, undefined, [...buffers]);
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
