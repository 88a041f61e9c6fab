import type { Column } from './column';
import type { Pair } from './pair';

/** What a value is measured in: a share of 1, the layer's activations, standard deviations, … */
export type Unit =
  'share' | 'activation' | 'deviation' | 'bit' | 'percent' | 'side';

/** What is computed from two groups, neuron by neuron. */
export type GroupStatistic = {
  /** Made from values as they are, or defined on bins. */
  readonly basis: 'values' | 'bins';
  /** NaN where there is none. */
  value(pair: Pair): number;
  /** Largest error of `value`, which is given, for what bins hide; 0 when all entries are exact; NaN: not known. */
  bound(pair: Pair, value: number): number;
};

type Described = {
  /** Words for a menu, before translation. */
  readonly label: string;
  readonly unit: Unit;
  readonly range: readonly [min: number, max: number];
  /** The value when nothing diverges; the distance from it ranks neurons. */
  readonly neutral: number;
  /** The value lies on the other side of `neutral` for the opposite difference; else it is the same. */
  readonly signed: boolean;
};

/** How a group b of samples differs from a group a. */
export type GroupDivergence = Described &
  GroupStatistic & { readonly of: 'groups' };

/** How an instance's value x differs from a class, which is not empty. */
export type InstanceDivergence = Described & {
  readonly of: 'instance';
  readonly basis: 'values' | 'bins';
  /** x may be infinite. `bins`: how many the neuron's grid has when the basis is bins. NaN where there is none. */
  value(x: number, column: Column, bins: number): number;
  /** As that of a GroupStatistic. */
  bound(x: number, column: Column, value: number): number;
};
