import type { Condition } from '../core/condition';
import type { DivergenceKey } from '../core/divergence';
import type { Distribution } from '../core/distribution';
import type { Population, Contrast, Quantity } from '../core/scores';
import { orderQuantities } from '../core/scores';
import type {
  Compared,
  RecordingInfo,
  Single,
  Subset
} from '../worker/protocol';
import { UnavailableError } from '../core/errors';
import type { Rows } from './added';
import { ownOf } from './added';
import { activeBrush, REST, SELECTION } from './brush';
import { findGroup, groupsOf } from './groups';
import { sampleOf } from './samples';
import type { ViewState } from './state';

/** A class or a group that has a place in figures. */
export type Series = {
  /** Among all classes and groups. */
  readonly index: number;
  readonly name: string;
  /** `#rrggbb`, or null: the palette decides. */
  readonly color: string | null;
  readonly subset: Subset;
};

/** How b differs from a, as an engine is asked. */
export type Comparison = {
  readonly divergence: DivergenceKey;
  readonly a: Subset;
  readonly b: Subset | AnySingle;
};

/** A single image as a view names it in all layers: the engine may know it, or the view alone. */
export type AnySingle = Single | { readonly own: Rows };

/** What is asked of an engine for each shown layer. */
export type Need = Subset | Comparison;

/** What is here of an engine's answers, by the place of the layer. */
export type Answers = {
  /** Null: not yet, or never. */
  readonly distributionOf: (
    layer: number,
    subset: Subset
  ) => Distribution | null;
  readonly comparedOf: (layer: number, asked: Comparison) => Compared | null;
  /** Whether there is no answer, and none to come. */
  readonly isRefused: (layer: number, need: Need) => boolean;
};

export function isComparison(need: Need): need is Comparison {
  return 'divergence' in need;
}

/** The shown classes, then the shown groups; with a brush its selection and what that is against. */
export function shownSeries(info: RecordingInfo, view: ViewState): Series[] {
  const brush = activeBrush(info, view);
  if (brush === null) {
    return chosenSeries(info, view);
  }
  const { where, against } = brush;
  const selection: Series = {
    index: SELECTION,
    name: 'selection',
    color: null,
    subset: { where }
  };
  const rest: Series = {
    index: REST,
    name: 'the rest',
    color: null,
    subset: { where: { not: where } }
  };
  return [
    selection,
    ...(against === 'rest' ? [rest] : chosenSeries(info, view))
  ];
}

/**
 * What axes have room for. With a brush all samples, and what it is against where that is shown: axes stay as they
 * are while a selection changes.
 */
export function axisSubsets(info: RecordingInfo, view: ViewState): Subset[] {
  const brush = activeBrush(info, view);
  const chosen =
    brush?.against === 'rest'
      ? []
      : chosenSeries(info, view).map(({ subset }) => subset);
  return brush === null ? chosen : [ALL, ...chosen];
}

const ALL: Subset = { where: { all: [] } };

function chosenSeries(info: RecordingInfo, view: ViewState): Series[] {
  const classes = view.classes.map((index): Series => {
    const { name, color } = info.classes[index] ?? { name: '', color: null };
    return {
      index,
      name,
      color,
      subset: subsetOf({ class: index }, info, view)
    };
  });
  const groups = groupsOf(info, view).flatMap((group, k): Series[] => {
    const { id, name, color, where } = group;
    const index = info.classes.length + k;
    return view.shownGroups.includes(id)
      ? [{ index, name, color, subset: { where } }]
      : [];
  });
  return [...classes, ...groups];
}

/** What a view needs to be known, nothing twice; the same list for the same view. */
export function needsOf(
  info: RecordingInfo,
  view: ViewState
): ReadonlyMap<string, Need> {
  const known = needs.get(view);
  if (known?.info === info) {
    return known.found;
  }
  const sorted = orderQuantities(view.order).flatMap(quantity => {
    const need = needOf(quantity, info, view);
    return need ? [need] : [];
  });
  const shown = shownSeries(info, view).map(series => series.subset);
  const axis = axisSubsets(info, view);
  const found = new Map([...shown, ...axis, ...sorted].map(n => [keyOf(n), n]));
  needs.set(view, { info, found });
  return found;
}

const needs = new WeakMap<
  ViewState,
  { info: RecordingInfo; found: ReadonlyMap<string, Need> }
>();

/** What is asked for a quantity; null for an instance, whose values are known. */
export function needOf(
  quantity: Quantity,
  info: RecordingInfo,
  view: ViewState
): Need | null {
  if ('divergence' in quantity) {
    return comparisonOf(quantity, info, view);
  }
  return 'instance' in quantity ? null : subsetOf(quantity, info, view);
}

/** Equal needs have equal keys. */
export function keyOf(need: Need): string {
  if (isComparison(need)) {
    const { divergence, a, b } = need;
    return `${divergence}:${keyOf(a)}:${isSingle(b) ? singleKey(b) : keyOf(b)}`;
  }
  return 'where' in need
    ? textOf(need.where)
    : `${need.classIndex}:${need.membership}`;
}

export function singleKey(single: AnySingle): string {
  if (!('own' in single)) {
    return JSON.stringify(single);
  }
  const number = ownNumbers.get(single.own) ?? nextOwn++;
  ownNumbers.set(single.own, number);
  return `own ${number}`;
}

const ownNumbers = new WeakMap<Rows, number>();
let nextOwn = 0;

/** Tells the same need in different layers apart. */
export function keyIn(layer: number, key: string): string {
  return `${layer}:${key}`;
}

/** A condition may have many thousand rows. */
function textOf(where: Condition): string {
  const text = texts.get(where) ?? JSON.stringify(where);
  texts.set(where, text);
  return text;
}

const texts = new WeakMap<Condition, string>();

function comparisonOf(
  { divergence, a, b }: Contrast,
  info: RecordingInfo,
  view: ViewState
): Comparison {
  return { divergence, a: subsetOf(a, info, view), b: other() };

  function other(): Comparison['b'] {
    if ('rest' in b) {
      return restOf(a, info, view);
    }
    return 'instance' in b
      ? singleOf(b.instance, info, view)
      : subsetOf(b, info, view);
  }
}

/** An instance as an engine knows it, or with its activations. */
export function singleOf(
  id: string,
  info: RecordingInfo,
  view: Pick<ViewState, 'samples'>
): AnySingle {
  const sample = sampleOf(id, view);
  const own = ownOf(info, id);
  if (own !== null) {
    return { own };
  }
  if (sample !== null) {
    return { sample };
  }
  const instance = info.instances.findIndex(i => i.id === id);
  return instance < 0 ? { own: NO_ROWS } : { instance };
}

const NO_ROWS: Rows = [];

/** A single image as an engine is asked of it in a layer. Throws where the view does not know its activations. */
export function singleIn(single: AnySingle, layer: number): Single {
  if (!('own' in single)) {
    return single;
  }
  const values = single.own[layer];
  if (!values) {
    throw new UnavailableError('no activations in this layer', 'values');
  }
  return { values: [...values] };
}

export function isSingle(b: Comparison['b']): b is AnySingle {
  return 'instance' in b || 'sample' in b || 'own' in b;
}

export function subsetOf(
  item: Population,
  info: RecordingInfo,
  view: ViewState
): Subset {
  if ('class' in item) {
    return { classIndex: item.class, membership: view.membership };
  }
  if ('group' in item) {
    const found = findGroup(info, view, item.group);
    return { where: found?.group.where ?? NONE };
  }
  const { where = NONE } = view.brush ?? {};
  return { where: item.brush === 'rest' ? { not: where } : where };
}

const NONE: Condition = { any: [] };

/** The samples that have a class and are not in the item; of a side of the brush the other side. */
function restOf(
  item: Population,
  info: RecordingInfo,
  view: ViewState
): Subset {
  const classes = info.classes.map((_, index) => index);
  if ('class' in item) {
    const others = classes.filter(index => index !== item.class);
    return { where: inClasses(others, view) };
  }
  if ('brush' in item) {
    const brush = item.brush === 'rest' ? 'selection' : 'rest';
    return subsetOf({ brush }, info, view);
  }
  const own = subsetOf(item, info, view);
  return 'where' in own
    ? { where: { all: [inClasses(classes, view), { not: own.where }] } }
    : own;
}

/** The samples of some classes, as the view's membership has them. */
export function inClasses(
  classes: readonly number[],
  { membership }: Pick<ViewState, 'membership'>
): Condition {
  switch (membership) {
    case 'label':
      return { label: classes };
    case 'prediction':
      return { prediction: classes };
    case 'correct':
      return { all: [{ correct: true }, { label: classes }] };
  }
}
