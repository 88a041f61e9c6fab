import { keyIn } from './needs';

/** Answers that are on their way, of layers. */
export class Underway {
  has(layer: number, key: string): boolean {
    return this.asked.has(keyIn(layer, key));
  }

  /** Whether any is, of a layer. */
  isAwaited(layer: number): boolean {
    return [...this.asked.values()].some(one => one.layer === layer);
  }

  /** One is asked for; the signal is aborted when nobody waits for it any more. */
  begin(layer: number, key: string): AbortSignal {
    const controller = new AbortController();
    this.asked.set(keyIn(layer, key), { layer, key, controller });
    return controller.signal;
  }

  end(layer: number, key: string): void {
    this.asked.delete(keyIn(layer, key));
  }

  /** Nobody waits for these any more. */
  forget(isVain: (layer: number, key: string) => boolean): void {
    for (const [name, { layer, key, controller }] of this.asked) {
      if (isVain(layer, key)) {
        this.asked.delete(name);
        controller.abort();
      }
    }
  }

  private readonly asked = new Map<
    string,
    {
      readonly layer: number;
      readonly key: string;
      readonly controller: AbortController;
    }
  >();
}
