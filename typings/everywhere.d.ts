/**
 * What pages, workers and Node have beside the language, as far as `core`, `view` and the engine use it:
 * `tsconfig.core.json` compiles them without a DOM.
 */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(
    type: 'abort',
    listener: () => void,
    options?: { readonly once?: boolean }
  ): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

interface MessagePort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

declare const performance: { now(): number };

declare function setTimeout(run: (value: unknown) => void): unknown;

declare function atob(text: string): string;

declare function btoa(binary: string): string;
