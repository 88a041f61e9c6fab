import type { UnavailableError } from '../core/errors';
import type { Images } from '../core/recording';
import type { AddedInstance } from './added';
import { oneOf } from './added';
import { askSamples, unknownSample } from './samples';
import type { Store } from './store';

/** The samples that a view adds as instances: asked for when they are wanted, known as long as they are. */
export class AddedSamples {
  constructor(
    private readonly ask: Store['ask'],
    private readonly onArrival: () => void,
    private readonly onFailure: (error: unknown) => void
  ) {}

  /** Why the activations of samples cannot be had, or null. */
  get refusal(): UnavailableError | null {
    return this.refused;
  }

  /** Asks for what is not known of these samples, and lets go of others. */
  want(samples: readonly number[]): void {
    for (const sample of [...this.known.keys(), ...this.asked]) {
      if (!samples.includes(sample)) {
        this.known.delete(sample);
        this.asked.delete(sample);
      }
    }
    this.refused = samples.length === 0 ? null : this.refused;
    const missing = samples.filter(sample => !this.asked.has(sample));
    if (missing.length > 0) {
      missing.forEach(sample => this.asked.add(sample));
      void this.fetch(missing, this.round);
    }
  }

  /** More may be known of the recording: all are asked for again. What is known stays until then. */
  forget(): void {
    this.round += 1;
    this.asked.clear();
    this.refused = null;
  }

  /** What is known of a sample; the same object until more is. */
  of(sample: number): AddedInstance {
    const found = this.known.get(sample) ?? unknownSample(sample);
    this.known.set(sample, found);
    return found;
  }

  private async fetch(
    samples: readonly number[],
    round: number
  ): Promise<void> {
    let refused: UnavailableError | null = null;
    try {
      const [found, images] = await Promise.all([
        this.ask((engine, signal) =>
          askSamples(engine, samples, error => (refused = error), signal)
        ),
        this.picturesOf(samples)
      ]);
      if (round === this.round) {
        this.refused = refused ?? this.refused;
        found.forEach((one, k) => {
          if (this.asked.has(samples[k])) {
            const image = images.get(samples[k]) ?? null;
            this.known.set(samples[k], { ...one, image });
          }
        });
        this.onArrival();
      }
    } catch (error) {
      if (round === this.round) {
        samples.forEach(sample => this.asked.delete(sample));
        this.onFailure(error);
      }
    }
  }

  /** Without a picture an instance is still one. */
  private async picturesOf(
    samples: readonly number[]
  ): Promise<ReadonlyMap<number, Images>> {
    try {
      const images = await this.ask((engine, signal) =>
        engine.pictures(samples, signal)
      );
      const shown = [...(images?.samples ?? [])];
      return new Map(
        shown.flatMap((sample, k) =>
          images ? [[sample, oneOf(images, k)]] : []
        )
      );
    } catch {
      return new Map();
    }
  }

  private round = 0;
  private refused: UnavailableError | null = null;
  private readonly known = new Map<number, AddedInstance>();
  private readonly asked = new Set<number>();
}
