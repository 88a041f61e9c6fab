import type { Condition } from '../core/condition';
import { neuronsIn } from '../core/conditions';
import { parseCondition } from '../core/parseCondition';
import type { RecordingInfo } from '../worker/protocol';
import type { Itemed } from './gone';
import { withoutItems } from './gone';
import { isObject } from './json';
import type { ViewState } from './state';

/** A selection of samples that every graph shows, against all others or against what the view shows. */
export type Brush = {
  readonly where: Condition;
  readonly against: Backdrop;
};

export const BACKDROPS = ['rest', 'shown'] as const;
export type Backdrop = (typeof BACKDROPS)[number];

type Brushed = Pick<ViewState, 'brush'>;
type Changing = Brushed & Itemed;

/** Indices of the series of a brush, where classes and groups have theirs from 0. */
export const SELECTION = -1;
export const REST = -2;

/** The activations of a neuron that a condition asks for: from ≤ x < to. */
export type NeuronRange = Extract<Condition, { readonly neuron: number }>;

/** One test of a brush or its complement, and how it is joined to the one before. `and` binds closer than `or`. */
export type Term = {
  readonly test: Condition;
  readonly not: boolean;
  readonly joint: Joint;
};

export type Joint = 'and' | 'or';

/** The tests that a condition is made of, as a line of text has them; one that is more involved is one test. */
export function termsOf(where: Condition): readonly Term[] {
  const clauses = 'any' in where && where.any.length > 0 ? where.any : [where];
  return clauses.flatMap(clause => {
    const tests =
      'all' in clause && clause.all.length > 0 ? clause.all : [clause];
    return tests.map((test, k) => ({
      ...('not' in test ? { test: test.not, not: true } : { test, not: false }),
      joint: k === 0 ? ('or' as const) : ('and' as const)
    }));
  });
}

/** The condition that terms state; null without any. */
export function whereOf(terms: readonly Term[]): Condition | null {
  const clauses: Condition[][] = [];
  for (const { test, not, joint } of terms) {
    const stated = not ? { not: test } : test;
    if (joint === 'and' && clauses.length > 0) {
      clauses[clauses.length - 1].push(stated);
    } else {
      clauses.push([stated]);
    }
  }
  const parts = clauses.map(tests =>
    tests.length === 1 ? tests[0] : { all: tests }
  );
  return parts.length > 1 ? { any: parts } : (parts[0] ?? null);
}

export function isNeuronRange(test: Condition): test is NeuronRange {
  return 'neuron' in test;
}

/** A range of a neuron that a brush names, with its place among the terms. */
export type BrushedRange = Pick<NeuronRange, 'neuron' | 'from' | 'to'> & {
  readonly at: number;
  readonly not: boolean;
};

/** The brushed ranges of a layer by neuron; the same map for the same brush. */
export function rangesIn(
  { brush }: Brushed,
  layer: string
): ReadonlyMap<number, readonly BrushedRange[]> {
  if (brush === null) {
    return NO_RANGES;
  }
  const byLayer = rangesOf.get(brush) ?? rangesByLayer(brush);
  rangesOf.set(brush, byLayer);
  return byLayer.get(layer) ?? NO_RANGES;
}

type Ranges = ReadonlyMap<number, readonly BrushedRange[]>;

const NO_RANGES: Ranges = new Map();
const rangesOf = new WeakMap<Brush, ReadonlyMap<string, Ranges>>();

function rangesByLayer({ where }: Brush): ReadonlyMap<string, Ranges> {
  const byLayer = new Map<string, Map<number, BrushedRange[]>>();
  termsOf(where).forEach(({ test, not }, at) => {
    if (isNeuronRange(test)) {
      const { layer, neuron, from, to } = test;
      const ofLayer = byLayer.get(layer) ?? new Map<number, BrushedRange[]>();
      byLayer.set(layer, ofLayer);
      const known = ofLayer.get(neuron) ?? [];
      ofLayer.set(neuron, [...known, { neuron, from, to, at, not }]);
    }
  });
  return byLayer;
}

/**
 * The brush of a view, null also where its samples cannot be told: a neuron is asked of whose layer only a summary
 * is here. What the view shows without it is then shown.
 */
export function activeBrush(info: RecordingInfo, view: Brushed): Brush | null {
  return view.brush && unknownLayers(info, view.brush).length === 0
    ? view.brush
    : null;
}

/** Layers of which a brush asks what their summary does not tell. */
export function unknownLayers(
  { layers }: Pick<RecordingInfo, 'layers'>,
  { where }: Brush
): readonly string[] {
  const asked = new Set(neuronsIn(where).map(({ layer }) => layer));
  return layers
    .filter(({ name, detail }) => detail === 'summary' && asked.has(name))
    .map(({ name }) => name);
}

/** The brush that `json` describes; null where there is none, or none that the recording can have. Never throws. */
export function parseBrush(json: unknown, info: RecordingInfo): Brush | null {
  const where = isObject(json) ? parseCondition(json['where'], info) : null;
  return where && isObject(json)
    ? { where, against: json['against'] === 'shown' ? 'shown' : 'rest' }
    : null;
}

/** Another selection; what it is against stays. Null: no brush, and nothing that is about its sides. */
export function setBrush<V extends Changing>(
  view: V,
  where: Condition | null
): V {
  const brush = where && { where, against: view.brush?.against ?? 'rest' };
  const next = { ...view, brush };
  return brush ? next : withoutItems(next, item => 'brush' in item);
}

export function setAgainst<V extends Brushed>(view: V, against: Backdrop): V {
  return view.brush ? { ...view, brush: { ...view.brush, against } } : view;
}

/** How ranges join what is brushed already. */
export type Joining = 'only' | Joint;

/** Brush ranges, all of them at once. */
export function brushRanges<V extends Changing>(
  view: V,
  ranges: readonly NeuronRange[],
  joining: Joining
): V {
  const before =
    view.brush && joining !== 'only' ? termsOf(view.brush.where) : [];
  const terms = ranges.map((test, k): Term => ({
    test,
    not: false,
    joint: k === 0 && joining === 'or' ? 'or' : 'and'
  }));
  return terms.length > 0
    ? setBrush(view, whereOf([...before, ...terms]))
    : view;
}

/** Change the term at a place. */
export function changeTerm<V extends Changing>(
  view: V,
  at: number,
  change: Partial<Term>
): V {
  const terms = view.brush ? termsOf(view.brush.where) : [];
  return at in terms
    ? setBrush(
        view,
        whereOf(terms.map((t, k) => (k === at ? { ...t, ...change } : t)))
      )
    : view;
}

/** Other bounds of the range at a place. */
export function moveRange<V extends Changing>(
  view: V,
  at: number,
  bounds: Pick<NeuronRange, 'from' | 'to'>
): V {
  const test = view.brush ? termsOf(view.brush.where)[at]?.test : undefined;
  return test && isNeuronRange(test)
    ? changeTerm(view, at, { test: { ...test, ...bounds } })
    : view;
}

/** Take the term at a place away; what comes after is joined as it was. */
export function removeTerm<V extends Changing>(view: V, at: number): V {
  const terms = view.brush ? termsOf(view.brush.where) : [];
  const removed = terms.at(at);
  const left = terms.flatMap((term, k) =>
    k === at
      ? []
      : k === at + 1 && removed?.joint === 'or'
        ? [{ ...term, joint: removed.joint }]
        : [term]
  );
  return setBrush(view, whereOf(left));
}
