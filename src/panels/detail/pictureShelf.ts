import type { Images } from '../../core/recording';
import type { Asking } from '../../view/detail/neuronData';
import type { RecordingInfo } from '../../worker/protocol';
import { thumbnail } from '../thumbnail';

type Place = { readonly images: Images; readonly index: number };

/** Pictures of samples, asked for when they are first wanted and kept. */
export class PictureShelf {
  constructor(
    private readonly asking: Asking,
    private readonly onArrival: () => void
  ) {}

  /** Why there are none: the recording has no pictures of samples here, or they could not be read. */
  get isEmpty(): boolean {
    return this.none;
  }

  get error(): unknown {
    return this.failure;
  }

  /** A picture of a sample, its own node each time; null where there is none (yet). */
  picture(sample: number): HTMLElement | null {
    const place = this.known.get(sample);
    return place ? thumbnail(place.images, place.index) : null;
  }

  /** More may be had of a recording of which more is known. */
  follow(info: RecordingInfo): void {
    if (info !== this.info) {
      this.info = info;
      this.none = false;
      this.failure = null;
      for (const [sample, place] of this.known) {
        if (place === null) {
          this.known.delete(sample);
        }
      }
    }
  }

  /** Asks for those of `samples` that are not here. */
  want(samples: Iterable<number>): void {
    const missing = [...new Set(samples)].filter(s => !this.known.has(s));
    if (missing.length > 0 && !this.none && !this.aborter.signal.aborted) {
      missing.forEach(sample => this.known.set(sample, null));
      void this.fetch(missing);
    }
  }

  dispose(): void {
    this.aborter.abort();
    this.known.clear();
  }

  private async fetch(samples: readonly number[]): Promise<void> {
    const { signal } = this.aborter;
    try {
      const images = await this.asking.ask(
        (engine, withdrawn) => engine.pictures(samples, withdrawn),
        signal
      );
      const isSome = [...this.known.values()].some(place => place !== null);
      this.none = (images?.count ?? 0) === 0 && !isSome;
      images?.samples?.forEach((sample, index) =>
        this.known.set(sample, { images, index })
      );
    } catch (error) {
      this.failure = error;
      samples.forEach(sample => this.known.delete(sample));
    }
    if (!signal.aborted) {
      this.onArrival();
    }
  }

  private info: RecordingInfo | null = null;
  private none = false;
  private failure: unknown = null;
  private readonly aborter = new AbortController();
  private readonly known = new Map<number, Place | null>();
}
