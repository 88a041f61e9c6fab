import { ReadError, type ReadFailure } from '../core/errors';
import { isObject } from '../core/fields';
import type { CarriedPort, PortAnswer, PortQuestion } from '../worker/protocol';

/** A kernel, as far as bytes are asked of it. */
export interface IKernelPort {
  /**
   * Opens a comm, whose messages are answered while a cell runs where the kernel can, or between cells alone.
   * Rejects with a ReadError where there is no kernel.
   */
  open(
    target: string,
    data: CommData,
    listener: ICommListener,
    answered?: 'any time' | 'between cells'
  ): Promise<IKernelComm>;
  /** Tells from now on what becomes of the kernel; returns how to end that. */
  watch(hear: (news: KernelNews) => void): () => void;
}

/** `back`: the connection was lost and is there again. `gone`: what the kernel held is lost. */
export type KernelNews = 'back' | 'gone';

export type CommData = { readonly [key: string]: Json };

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface IKernelComm {
  send(data: CommData, buffers?: readonly Uint8Array[]): void;
  close(): void;
}

export interface ICommListener {
  onMessage(data: unknown, buffers: readonly Uint8Array[]): void;
  /** The kernel closed the comm. */
  onClose(): void;
}

export type CommOptions = {
  readonly target: string;
  /** Of the recording. */
  readonly id: string;
  /** What errors call the kernel. */
  readonly name: string;
  /** Hears when the kernel has nothing to give any more. */
  readonly onLost: (error: ReadError) => void;
  /** A question that is not answered for so long fails: less than the worker's watchdog waits. */
  readonly answerMs?: number;
};

/** Bytes that the kernel holds. */
export type CommBytes = {
  readonly carried: CarriedPort;
  readonly close: () => void;
};

const VERSION = 1;
const ANSWER_MS = 30_000;

/**
 * All values of a recording that the kernel keeps, through a comm. Questions survive a broken connection: they
 * are asked again. Rejects with a ReadError.
 */
export async function openComm(
  kernel: IKernelPort,
  options: CommOptions
): Promise<CommBytes> {
  const relay = new CommRelay(kernel, options);
  try {
    const sizeBytes = await relay.connect();
    const { port1, port2 } = new MessageChannel();
    relay.serve(port1);
    const { name } = options;
    return {
      carried: { kind: 'port', port: port2, sizeBytes, name },
      close: () => relay.close()
    };
  } catch (error) {
    relay.close();
    throw error;
  }
}

type Question = Exclude<PortQuestion, { readonly close: true }>;

/** Stands between the worker, which decides what is asked when, and the kernel. */
class CommRelay {
  constructor(
    private readonly kernel: IKernelPort,
    private readonly options: CommOptions
  ) {
    this.unwatch = kernel.watch(news => this.onNews(news));
  }

  /** The size of the recording in bytes. Rejects with a ReadError. */
  connect(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.greeting = { resolve, reject };
      void this.open();
    });
  }

  /** Answers the questions that come through a port. */
  serve(port: MessagePort): void {
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<PortQuestion>) => {
      if ('close' in data) {
        this.close();
      } else {
        this.ask(data);
      }
    };
  }

  close(): void {
    if (!this.isClosed) {
      this.isClosed = true;
      clearTimeout(this.timer);
      this.unwatch();
      this.comm?.close();
      this.greeting?.reject(this.error('interrupted'));
      this.port?.close();
    }
  }

  private async open(): Promise<void> {
    const attempt = ++this.attempts;
    const isCurrent = () => attempt === this.attempts && !this.isClosed;
    const { target, id } = this.options;
    try {
      const comm = await this.kernel.open(
        target,
        { version: VERSION, id },
        {
          onMessage: (data, buffers) => {
            if (isCurrent()) {
              this.onMessage(data, buffers);
            }
          },
          onClose: () => {
            if (isCurrent()) {
              this.comm = null;
              this.lose(this.error('missing'));
            }
          }
        }
      );
      if (isCurrent()) {
        this.comm = comm;
        this.asked.forEach(question => this.send(question));
      } else {
        comm.close();
      }
    } catch (error) {
      if (isCurrent()) {
        this.lose(
          error instanceof ReadError ? error : this.error('unreachable', error)
        );
      }
    }
  }

  private ask(question: Question): void {
    if (this.lost !== null) {
      this.fail(question, this.lost);
      return;
    }
    this.asked.set(question.request, question);
    this.send(question);
  }

  private send({ request, begin, end }: Question): void {
    if (this.comm !== null) {
      this.comm.send({ request, begin, end });
      this.wait();
    }
  }

  private onMessage(data: unknown, buffers: readonly Uint8Array[]): void {
    const fields = new Map<string, unknown>(
      isObject(data) ? Object.entries(data) : []
    );
    const [sizeBytes, request, error] = ['sizeBytes', 'request', 'error'].map(
      key => fields.get(key)
    );
    if (error === 'gone') {
      this.lose(this.error('missing'));
    } else if (request === undefined && error !== undefined) {
      this.lose(this.error('refused'));
    } else if (typeof sizeBytes === 'number') {
      this.greeting?.resolve(sizeBytes);
      this.greeting = null;
    } else if (typeof request === 'number') {
      this.onAnswer(request, error === undefined ? buffers.at(0) : undefined);
    }
  }

  private onAnswer(request: number, bytes: Uint8Array | undefined): void {
    const question = this.asked.get(request);
    if (question === undefined) {
      return;
    }
    this.asked.delete(request);
    if (bytes?.length === question.end - question.begin) {
      // A copy: the buffer may hold the whole message.
      const own = bytes.slice();
      this.answer({ request, bytes: own }, [own.buffer]);
    } else {
      this.fail(question, this.error('refused'));
    }
    this.wait();
  }

  private onNews(news: KernelNews): void {
    if (news === 'gone') {
      this.lose(this.error('missing'));
    } else if (this.lost === null) {
      const { comm } = this;
      this.comm = null;
      comm?.close();
      void this.open();
    }
  }

  /** No question is answered any more. */
  private lose(error: ReadError): void {
    if (this.lost === null && !this.isClosed) {
      this.lost = error;
      this.failAll(error);
      if (this.greeting === null) {
        this.options.onLost(error);
      } else {
        this.greeting.reject(error);
        this.greeting = null;
      }
    }
  }

  /** Counts anew from the last answer on. */
  private wait(): void {
    clearTimeout(this.timer);
    if (this.asked.size > 0) {
      this.timer = setTimeout(
        () => this.failAll(this.error('unreachable')),
        this.options.answerMs ?? ANSWER_MS
      );
    }
  }

  private failAll(error: ReadError): void {
    clearTimeout(this.timer);
    const questions = [...this.asked.values()];
    this.asked.clear();
    questions.forEach(question => this.fail(question, error));
  }

  private fail({ request }: Question, { reason, status }: ReadError): void {
    this.answer({ request, error: { reason, status } });
  }

  private answer(answer: PortAnswer, transfer: Transferable[] = []): void {
    this.port?.postMessage(answer, transfer);
  }

  private error(reason: ReadFailure, cause?: unknown): ReadError {
    return new ReadError(this.options.name, reason, null, { cause });
  }

  private readonly unwatch: () => void;
  private readonly asked = new Map<number, Question>();
  private comm: IKernelComm | null = null;
  private port: MessagePort | null = null;
  private greeting: {
    resolve(sizeBytes: number): void;
    reject(error: ReadError): void;
  } | null = null;
  private lost: ReadError | null = null;
  private attempts = 0;
  private isClosed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
}
