import { UnavailableError } from '../../core/errors';
import type { Rows } from '../added';
import { finiteMean } from '../layerStrip';
import { inClasses } from '../needs';
import type { Store } from '../store';

/** How far a picture's activations moved in each layer, in standard deviations. */
export class Movement {
  constructor(
    private readonly store: Store,
    /** Called when the σ of another layer are there. */
    private readonly onArrival: () => void
  ) {}

  /** Resolves when the σ of all layers are there that have any. */
  get known(): Promise<void> {
    return (this.fetching ??= this.fetch());
  }

  /**
   * The mean over the neurons of a layer of |now − before| / σ; σ is that of all samples that have a class. NaN:
   * no number, or not yet.
   */
  of(now: Rows, before: Rows): readonly number[] {
    void this.known;
    return now.map((row, layer) => {
      const [from, per] = [before[layer], this.perSigma.get(layer)];
      return row && from && per
        ? finiteMean(
            Array.from(
              row,
              (x, i) => Math.abs(x - (from[i] ?? NaN)) * (per[i] ?? NaN)
            )
          )
        : NaN;
    });
  }

  private async fetch(): Promise<void> {
    for (const layer of this.store.info.layers.keys()) {
      try {
        this.perSigma.set(layer, await this.perDeviation(layer));
        this.onArrival();
      } catch (error) {
        if (!(error instanceof UnavailableError)) {
          return;
        }
      }
    }
  }

  /** 1 / σ of each neuron: a z of 1 less that of 0. */
  private async perDeviation(layer: number): Promise<Float64Array> {
    const { info, view } = this.store;
    const { neurons } = info.layers[layer];
    const all = { where: inClasses([...info.classes.keys()], view) };
    const z = (value: number) =>
      this.store.ask((engine, signal) =>
        engine.compare(
          layer,
          'z',
          all,
          { values: new Array<number>(neurons).fill(value) },
          signal,
          'later'
        )
      );
    const [one, zero] = await Promise.all([z(1), z(0)]);
    return Float64Array.from(one.values, (found, i) => found - zero.values[i]);
  }

  private fetching: Promise<void> | null = null;
  private readonly perSigma = new Map<number, Float64Array>();
}
