import type { Measured } from '../../core/neuron/column';
import type { Statistics } from '../../core/neuron/statistics';
import { statisticsOf } from '../../core/neuron/statistics';
import type { Item } from '../../core/scores';
import { isRing } from '../../draw/dots';
import type { Rgb } from '../../draw/palette';
import { toCss, toRgb } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { instanceColor, markColor } from '../../draw/theme';
import { activeBrush } from '../../view/brush';
import type { Compared } from '../../view/detail/divergences';
import type { NeuronData } from '../../view/detail/neuronData';
import type { DetailState, NeuronPlace } from '../../view/detail/state';
import { instanceValues } from '../../view/figure';
import { neuronName } from '../../view/format';
import { isPossibleItem } from '../../view/groups';
import type { AnyItem } from '../../view/items';
import { isMany, isPopulation, shownMany } from '../../view/items';
import type { Series } from '../../view/needs';
import { shownSeries, subsetOf as subsetIn } from '../../view/needs';
import { sampleOf } from '../../view/samples';
import type { Store } from '../../view/store';
import type { Subset } from '../../worker/protocol';
import { seriesName } from '../brush/texts';
import type { PanelContext } from '../context';
import { colorOf } from '../context';
import { itemText, seriesIndex } from '../itemTexts';

/** A group of samples that the view shows. */
export type ShownGroup = {
  readonly name: string;
  readonly color: string;
  readonly subset: Subset;
  readonly measured: Measured;
  readonly statistics: Statistics;
};

/** The value of an instance that is shown. */
export type ShownPoint = {
  readonly item: AnyItem;
  readonly name: string;
  readonly color: string;
  readonly isRing: boolean;
  readonly value: number;
};

/** All that the parts of the detail show. */
export type DetailModel = {
  readonly context: PanelContext;
  readonly state: DetailState;
  readonly data: NeuronData;
  /** The neuron that it is compared with. */
  readonly against: NeuronData | null;
  readonly theme: Theme;
  /** Neurons of the layer as the view has them. */
  readonly order: ArrayLike<number>;
  readonly groups: readonly ShownGroup[];
  /** Groups that are shown and left out here, or not here yet. */
  readonly leftOut: number;
  readonly isPending: boolean;
  readonly points: readonly ShownPoint[];
  readonly change: (change: Partial<DetailState>) => void;
};

/** A part of the detail. */
export type DetailPart = {
  readonly node: HTMLElement;
  readonly refresh: (model: DetailModel) => void;
};

/** More could not be told apart. */
export const GROUPS_AT_MOST = 12;

export function detailModel(
  base: Pick<
    DetailModel,
    'context' | 'state' | 'data' | 'against' | 'theme' | 'order' | 'change'
  >
): DetailModel {
  const { context, data } = base;
  const { info, view } = context.store;
  const all = shownSeries(info, view);
  const first = all.slice(0, GROUPS_AT_MOST);
  const groups = first.flatMap(one => shownGroup(one, base));
  return {
    ...base,
    groups,
    leftOut: all.length - first.length,
    isPending: groups.length < first.length && data.error === null,
    points: shownPoints(base)
  };
}

/** The classes and groups that the view shows. */
export function shownItems({ store }: PanelContext): readonly AnyItem[] {
  return shownMany(store.info, store.view);
}

function shownGroup(
  series: Series,
  { context, data, theme }: Pick<DetailModel, 'context' | 'data' | 'theme'>
): ShownGroup[] {
  const { store, trans } = context;
  const { index, subset } = series;
  const measured = data.measured(subset);
  if (measured === null) {
    return [];
  }
  return [
    {
      name: seriesName(series, trans),
      color: toCss(markColor(colorOf(store, index, theme), theme)),
      subset,
      measured,
      statistics: statisticsOf(measured)
    }
  ];
}

function shownPoints({
  context,
  data,
  theme
}: Pick<DetailModel, 'context' | 'data' | 'theme'>): ShownPoint[] {
  const { info, view } = context.store;
  const changing = info.instances.filter(isRing).map(({ id }) => id);
  return [...view.instances, ...changing].flatMap(instance => {
    const item = { instance };
    const value = valueOf(item, data, context);
    return value === null
      ? []
      : [
          {
            item,
            value,
            isRing: isRing({ id: instance }),
            ...appearance(item, context, theme)
          }
        ];
  });
}

/** The activation of an instance; null where it is not here, and of what is none. */
export function valueOf(
  item: AnyItem,
  { layerIndex, neuron, values }: NeuronData,
  { store }: Pick<PanelContext, 'store'>
): number | null {
  if (!('instance' in item)) {
    return null;
  }
  const { info, view } = store;
  const sample = sampleOf(item.instance, view);
  // That of a sample is here before those of its other neurons.
  const known = sample === null ? undefined : values?.[sample];
  const row = instanceValues(info, layerIndex, item.instance);
  return known ?? row?.[neuron] ?? null;
}

/** The samples of a class or a group; null for all else, and where there is none of this name. */
export function subsetOf(
  item: AnyItem,
  { store }: PanelContext
): Subset | null {
  const { info, view } = store;
  const isThere =
    isPopulation(item) &&
    isPossibleItem(item, info, view) &&
    !('brush' in item && activeBrush(info, view) === null);
  return isThere ? subsetIn(item, info, view) : null;
}

export function appearance(
  item: AnyItem,
  { store, trans }: PanelContext,
  theme: Theme
): { readonly name: string; readonly color: string } {
  const { info, view } = store;
  if ('rest' in item) {
    return { name: trans.__('all others'), color: theme.quiet };
  }
  return {
    name: itemText(item, info, view, trans),
    color: toCss(colorOfItem(item, store, theme))
  };
}

function colorOfItem(item: Item, store: Store, theme: Theme): Rgb {
  const { info, view } = store;
  if ('instance' in item) {
    const instance = info.instances.find(i => i.id === item.instance);
    return instance ? instanceColor(instance, theme) : toRgb(theme.quiet);
  }
  const index = seriesIndex(item, info, view) ?? info.classes.length;
  return markColor(colorOf(store, index, theme), theme);
}

/** What divergences of an item are computed from; null where it is not here (yet). */
export function comparedOf(
  item: AnyItem,
  other: AnyItem,
  { context, data }: Pick<DetailModel, 'context' | 'data'>
): Compared | null {
  if ('rest' in item && 'brush' in other) {
    const brush = other.brush === 'rest' ? 'selection' : 'rest';
    return comparedOf({ brush }, other, { context, data });
  }
  if ('rest' in item) {
    const left = isMany(other) ? subsetOf(other, context) : null;
    return data.comparedRest(left, context.store.view.membership);
  }
  const subset = subsetOf(item, context);
  return subset && data.compared(subset);
}

/** Names what a part shows of a neuron. */
export function neuronTitle(
  { info }: Pick<PanelContext['store'], 'info'>,
  { layer: name, neuron }: NeuronPlace
): string {
  const layer = info.layers.find(l => l.name === name);
  return `${name} · ${layer ? neuronName(layer, neuron) : neuron}`;
}
