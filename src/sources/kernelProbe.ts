import { ModelError, UnavailableError } from '../core/errors';
import { isObject } from '../core/fields';
import type {
  AttackOrder,
  AttackOutcome,
  AttackProgress,
  IProbe,
  Response,
  Subject
} from '../probe/engine';
import type { CommData, IKernelComm, IKernelPort, KernelNews } from './comm';
import {
  floatsOf,
  foundOf,
  outcomeOf,
  progressOf,
  wordsOf,
  type Answered
} from './kernelAnswers';

/** The one comm target that a live model has, whatever a notebook says. */
const TARGET = 'neuraldivergence.model';
const VERSION = 1;

/** What a kernel that made an output calls the model that it has of it; null: it has none. */
export function liveOf(descriptor: unknown): string | null {
  const [live, id] = wordsOf(descriptor, 'live', 'id');
  const [target] = wordsOf(live, 'target');
  return target === TARGET &&
    typeof id === 'string' &&
    /^[0-9a-f]{64}$/.test(id)
    ? id
    : null;
}

/**
 * The model that a kernel has, asked between cells. Rejects with an UnavailableError where there is none, with a
 * ModelError where it does not fit the recording.
 */
export async function openKernelProbe(
  kernel: IKernelPort,
  id: string,
  subject: Subject
): Promise<IProbe> {
  const talk = new Talk(kernel, id);
  try {
    const found = foundOf((await talk.connect()).get('found'), subject);
    const { height, width, channels } = found.picture;
    const valuesEach = height * width * channels;
    return {
      found,
      async run(pixels, layers) {
        const count = pixels.length / valuesEach;
        const answered = await talk.ask(
          { run: { count, layers: [...layers] } },
          pixels
        );
        return responseOf(answered, count, layers, subject);
      },
      attack: (pixels, order, report, signal) =>
        attack(talk, pixels, { order, report, signal }, subject.classes),
      dispose: () => talk.close()
    };
  } catch (error) {
    talk.close();
    throw error;
  }
}

function responseOf(
  { data, buffers }: Answered,
  count: number,
  layers: readonly number[],
  { classes, layers: recorded }: Subject
): Response {
  const isClassified = data.get('probabilities') === true;
  return {
    probabilities: isClassified ? floatsOf(buffers[0], count * classes) : null,
    layers: layers.map((place, i) =>
      floatsOf(
        buffers.at(isClassified ? i + 1 : i),
        count * recorded[place].neurons
      )
    )
  };
}

type Attack = {
  readonly order: AttackOrder;
  readonly report: (progress: AttackProgress) => void;
  readonly signal: AbortSignal;
};

/** Asks for a step of the attack at a time, so that it ends when nobody asks. */
async function attack(
  talk: Talk,
  pixels: Uint8Array,
  { order, report, signal }: Attack,
  classes: number
): Promise<AttackOutcome> {
  let answered = await talk.ask({ attack: { ...order } }, pixels);
  while (!answered.data.has('outcome')) {
    report(progressOf(answered, pixels.length));
    answered = await talk.ask({ stop: signal.aborted });
  }
  return outcomeOf(answered, pixels.length, classes);
}

type Question = {
  readonly data: CommData;
  readonly buffer: Uint8Array | null;
  resolve(answered: Answered): void;
  reject(error: Error): void;
};

/** One question at a time: the others wait here, not in the kernel, where cells wait as well. */
class Talk {
  constructor(
    private readonly kernel: IKernelPort,
    private readonly id: string
  ) {
    this.unwatch = kernel.watch(news => this.onNews(news));
  }

  /** What the kernel says of the model. */
  connect(): Promise<ReadonlyMap<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.greeting = { resolve, reject };
      void this.open();
    });
  }

  ask(data: CommData, buffer: Uint8Array | null = null): Promise<Answered> {
    return new Promise((resolve, reject) => {
      if (this.lost !== null) {
        reject(this.lost);
        return;
      }
      this.waiting.push({ data, buffer, resolve, reject });
      this.next();
    });
  }

  close(): void {
    this.lose(new UnavailableError('the probe was closed', 'closed'));
  }

  private async open(): Promise<void> {
    const attempt = ++this.attempts;
    const isCurrent = () => attempt === this.attempts && this.lost === null;
    try {
      const comm = await this.kernel.open(
        TARGET,
        { version: VERSION, id: this.id },
        {
          onMessage: (data, buffers) => {
            if (isCurrent()) {
              this.onMessage(data, buffers);
            }
          },
          onClose: () => {
            if (isCurrent()) {
              this.comm = null;
              this.lose(gone());
            }
          }
        },
        'between cells'
      );
      if (isCurrent()) {
        this.comm = comm;
      } else {
        comm.close();
      }
    } catch {
      if (isCurrent()) {
        this.lose(gone());
      }
    }
  }

  private onMessage(json: unknown, buffers: readonly Uint8Array[]): void {
    const data = new Map<string, unknown>(
      isObject(json) ? Object.entries(json) : []
    );
    const error = data.get('error');
    if (error === 'gone' || error === 'version') {
      this.lose(gone());
    } else if (!data.has('request')) {
      this.onGreeting(data);
    } else if (this.asked !== null && data.get('request') === this.request) {
      const { asked } = this;
      this.asked = null;
      if (error === undefined) {
        asked.resolve({ data, buffers });
      } else {
        const text = data.get('text');
        asked.reject(
          new ModelError('run', typeof text === 'string' ? text : 'it failed')
        );
      }
      this.next();
    }
  }

  private onGreeting(data: ReadonlyMap<string, unknown>): void {
    if (data.has('error')) {
      this.lose(gone());
      return;
    }
    this.isOpen = true;
    this.greeting?.resolve(data);
    this.greeting = null;
    if (this.asked !== null) {
      this.send(this.asked);
    } else {
      this.next();
    }
  }

  private next(): void {
    if (this.isOpen && this.asked === null) {
      const question = this.waiting.shift();
      if (question) {
        this.asked = question;
        this.send(question);
      }
    }
  }

  private send({ data, buffer }: Question): void {
    this.request += 1;
    this.comm?.send(
      { ...data, request: this.request },
      buffer === null ? [] : [buffer]
    );
  }

  private onNews(news: KernelNews): void {
    if (news === 'gone') {
      this.lose(gone());
    } else if (this.lost === null) {
      this.reopen();
    }
  }

  /** A new comm knows of no attack that went on in the one before; pictures are run again. */
  private reopen(): void {
    const { comm, asked } = this;
    this.comm = null;
    this.isOpen = false;
    comm?.close();
    if (asked !== null && !('run' in asked.data)) {
      this.asked = null;
      asked.reject(
        new ModelError('run', 'the connection to the kernel was lost')
      );
    }
    void this.open();
  }

  /** Nothing is answered any more. */
  private lose(error: UnavailableError): void {
    if (this.lost === null) {
      this.lost = error;
      this.unwatch();
      this.comm?.close();
      this.comm = null;
      this.greeting?.reject(error);
      this.asked?.reject(error);
      this.waiting.splice(0).forEach(({ reject }) => reject(error));
    }
  }

  private readonly unwatch: () => void;
  private readonly waiting: Question[] = [];
  private asked: Question | null = null;
  private comm: IKernelComm | null = null;
  private greeting: {
    resolve(data: ReadonlyMap<string, unknown>): void;
    reject(error: Error): void;
  } | null = null;
  private lost: UnavailableError | null = null;
  private isOpen = false;
  private attempts = 0;
  private request = 0;
}

function gone(): UnavailableError {
  return new UnavailableError(
    'the kernel does not have the model any more',
    'kernel'
  );
}
