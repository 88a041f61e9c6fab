/** What a fake server is asked, in order. */
export type Asked = {
  readonly range: string | null;
  readonly headers: Headers;
};

export type ServerOptions = {
  /** Answers 200 with everything, whatever is asked. */
  readonly ignoresRange?: boolean;
  readonly chunkBytes?: number;
  /** Between chunks. */
  readonly delayMs?: number;
};

/** A server of one file, in place of fetch; `file` may be replaced while it runs. */
export class FakeServer {
  constructor(
    public file: Uint8Array,
    public options: ServerOptions = {}
  ) {}

  readonly asked: Asked[] = [];
  /** In place of an answer. */
  failure:
    | { readonly status: number }
    | 'unreachable'
    | 'interrupted'
    | 'login'
    | null = null;
  modified = 'Tue, 24 Nov 2026 04:00:00 GMT';

  get ranges(): (string | null)[] {
    return this.asked.map(({ range }) => range);
  }

  readonly fetch: typeof globalThis.fetch = async (_, init) => {
    const headers = new Headers(init?.headers);
    const range = headers.get('Range');
    this.asked.push({ range, headers });
    if (this.failure === 'unreachable') {
      throw new TypeError('Failed to fetch');
    }
    if (this.failure === 'login') {
      const headers = { 'Content-Type': 'text/html; charset=UTF-8' };
      return new Response('<form>', { headers });
    }
    if (this.failure !== null && this.failure !== 'interrupted') {
      return new Response('no', { status: this.failure.status });
    }
    return this.answer(this.options.ignoresRange ? null : range);
  };

  private answer(range: string | null): Response {
    const size = this.file.length;
    if (range === null) {
      return this.respond(200, this.file, {});
    }
    const [begin, last] = (/(\d+)-(\d+)/.exec(range) ?? [])
      .slice(1)
      .map(Number);
    if (begin >= size) {
      return this.respond(416, new Uint8Array(0), {
        'Content-Range': `bytes */${size}`
      });
    }
    const end = Math.min(last + 1, size);
    return this.respond(206, this.file.subarray(begin, end), {
      'Content-Range': `bytes ${begin}-${end - 1}/${size}`
    });
  }

  private respond(
    status: number,
    bytes: Uint8Array,
    headers: Record<string, string>
  ): Response {
    const { chunkBytes = 1000, delayMs = 0 } = this.options;
    const isCut = this.failure === 'interrupted';
    const end = isCut ? bytes.length / 2 : bytes.length;
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await (delayMs > 0 &&
          new Promise(resolve => setTimeout(resolve, delayMs)));
        const chunk = bytes.slice(at, Math.min(at + chunkBytes, end));
        at += chunkBytes;
        if (chunk.length > 0) {
          controller.enqueue(chunk);
        }
        if (at >= end) {
          controller.close();
        }
      }
    });
    return new Response(body, {
      status,
      headers: {
        ...headers,
        'Content-Length': String(bytes.length),
        'Last-Modified': this.modified
      }
    });
  }
}
