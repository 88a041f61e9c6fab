import type { Estimate } from '../core/neuron/statistics';
import type { Instance } from '../core/recording';
import type { Compared, Estimated, RecordingInfo } from '../worker/protocol';
import { twinOf } from './items';
import type { ViewState } from './state';

/** An instance that is followed through the layers, and what it is held against. */
export type Subject = {
  readonly instance: Instance;
  /** The other one of its pair. */
  readonly twin: Instance | null;
  /** Its true class and its predicted one; −1: not known. */
  readonly own: number;
  readonly predicted: number;
};

/** How far an instance is from what it is held against, in one layer. NaN: no number. */
export type LayerPlace = {
  /** Mean over the neurons of |x − twin| / σ; σ is that of all samples that have a class. */
  readonly twin: number;
  /** Mean surprisal over the neurons, in bits, in its true class and in its predicted one. */
  readonly own: number;
  readonly predicted: number;
};

/** Where an instance comes nearer to the other class. */
export type Turn = {
  /** Among the layers that are looked at: the first on the new side. */
  readonly at: number;
  /** Where the lines cross, counted from the layer before: 0 … 1. */
  readonly share: number;
  readonly to: 'own' | 'predicted';
};

/** The instance of this id; without one the attacked one that a view shows, or the first. */
export function subjectOf(
  info: RecordingInfo,
  view: Pick<ViewState, 'instances'>,
  id: string | null
): Subject | null {
  const { instances } = info;
  const attacked = instances.filter(i => i.role === 'attacked');
  const instance =
    instances.find(i => i.id === id) ??
    attacked.find(i => view.instances.includes(i.id)) ??
    attacked[0] ??
    instances.find(i => view.instances.includes(i.id)) ??
    instances[0];
  if (!instance) {
    return null;
  }
  const twin = twinOf(instance, info) ?? null;
  return {
    instance,
    twin,
    own: instance.label ?? twin?.label ?? -1,
    predicted: instance.prediction ?? -1
  };
}

/** The mean of the finite values; NaN without any. */
export function finiteMean(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isFinite(value)) {
      sum += value;
      count += 1;
    }
  }
  return sum / count;
}

/** The mean distance of twins in standard deviations, from the z of both in the same samples. */
export function twinDistance(
  z: Pick<Compared, 'values'>,
  zOfTwin: Pick<Compared, 'values'>
): number {
  return finiteMean(
    z.values.map((value, neuron) => Math.abs(value - zOfTwin.values[neuron]))
  );
}

/** Mean over all pairs of classes of a class × class matrix, row-major, and its largest error; NaN without any. */
export function separability(
  { values, bounds }: Pick<Estimated, 'values' | 'bounds'>,
  classes: number
): Estimate {
  const mean = (all: Float64Array) =>
    finiteMean(all.filter((_, at) => at % classes > Math.floor(at / classes)));
  return { value: mean(values), bound: mean(bounds) };
}

/** Where the nearer class changes, from layer to layer; layers without both numbers are passed over. */
export function turnsOf(places: readonly (LayerPlace | null)[]): Turn[] {
  const turns: Turn[] = [];
  let before: { readonly at: number; readonly lead: number } | null = null;
  places.forEach((place, at) => {
    // Positive: nearer to the predicted class.
    const lead = place === null ? NaN : place.own - place.predicted;
    if (!Number.isFinite(lead) || lead === 0) {
      return;
    }
    if (before && Math.sign(before.lead) !== Math.sign(lead)) {
      turns.push({
        at,
        share: before.at === at - 1 ? before.lead / (before.lead - lead) : 0.5,
        to: lead > 0 ? 'predicted' : 'own'
      });
    }
    before = { at, lead };
  });
  return turns;
}

/** Which class is nearer in the last layer that tells; null where none does. */
export function lastSide(
  places: readonly (LayerPlace | null)[]
): Turn['to'] | null {
  for (const place of [...places].reverse()) {
    const lead = place === null ? NaN : place.own - place.predicted;
    if (Number.isFinite(lead) && lead !== 0) {
      return lead > 0 ? 'predicted' : 'own';
    }
  }
  return null;
}
