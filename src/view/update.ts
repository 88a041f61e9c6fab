import type { Group } from '../core/condition';
import type { Contrast, Item, Order } from '../core/scores';
import type { Choices } from './choices';
import { withoutItems } from './gone';
import type { KeptImage } from './keptImages';
import type { NeuronMarks, Switches, ViewState } from './state';
import { flipped } from './neurons';
import { sampleId, SAMPLES_AT_MOST } from './samples';
import { marksOf } from './state';

/** Each function gives the next view; none changes the one it is given. */

export function setChoice<K extends keyof (Choices & Switches)>(
  view: ViewState,
  key: K,
  value: (Choices & Switches)[K]
): ViewState {
  return { ...view, [key]: value };
}

/** Numbers of bins that the steps stop at. */
const BIN_STEPS = [8, 16, 32, 64, 128, 256];

/** The number of bins one step coarser or finer, null at the end. */
export function nextBins(
  bins: number,
  step: 'coarser' | 'finer'
): number | null {
  return (
    (step === 'finer'
      ? BIN_STEPS.find(b => b > bins)
      : BIN_STEPS.filter(b => b < bins).at(-1)) ?? null
  );
}

export function setBins(view: ViewState, bins: number): ViewState {
  return { ...view, bins };
}

/** `all` gives the order in which shown layers stand. */
export function toggleLayer(
  view: ViewState,
  layer: string,
  all: readonly string[]
): ViewState {
  return { ...view, layers: toggled(view.layers, layer, all) };
}

export function toggleClass(
  view: ViewState,
  index: number,
  all: readonly number[]
): ViewState {
  return { ...view, classes: toggled(view.classes, index, all) };
}

export function toggleInstance(
  view: ViewState,
  id: string,
  all: readonly string[]
): ViewState {
  return { ...view, instances: toggled(view.instances, id, all) };
}

export function setShown(
  view: ViewState,
  shown: Partial<
    Pick<ViewState, 'layers' | 'classes' | 'instances' | 'shownGroups'>
  >
): ViewState {
  return { ...view, ...shown };
}

/** `all` gives the order in which shown groups stand: the ids of all. */
export function toggleGroup(
  view: ViewState,
  id: string,
  all: readonly string[]
): ViewState {
  return { ...view, shownGroups: toggled(view.shownGroups, id, all) };
}

/** Define a group and show it; one that the view defines already by this id is replaced. */
export function defineGroup(view: ViewState, group: Group): ViewState {
  const { groups, shownGroups } = view;
  const isKnown = groups.some(g => g.id === group.id);
  return {
    ...view,
    groups: isKnown
      ? groups.map(g => (g.id === group.id ? group : g))
      : [...groups, group],
    shownGroups: shownGroups.includes(group.id)
      ? shownGroups
      : [...shownGroups, group.id]
  };
}

/** Another name or colour of a group that the view defines. */
export function renameGroup(
  view: ViewState,
  id: string,
  next: Partial<Pick<Group, 'name' | 'color'>>
): ViewState {
  const groups = view.groups.map(g => (g.id === id ? { ...g, ...next } : g));
  return { ...view, groups };
}

/** Take away a group that the view defines; neurons that were sorted by it stand in the order of the data. */
export function removeGroup(view: ViewState, id: string): ViewState {
  return {
    ...withoutItems(view, item => 'group' in item && item.group === id),
    groups: view.groups.filter(g => g.id !== id),
    shownGroups: view.shownGroups.filter(shown => shown !== id)
  };
}

/** Make a sample an instance of the view, and show it; the view stays where it has as many as it may have. */
export function addSample(view: ViewState, sample: number): ViewState {
  const { samples, instances } = view;
  const id = sampleId(sample);
  const isKnown = samples.includes(sample);
  return !isKnown && samples.length >= SAMPLES_AT_MOST
    ? view
    : {
        ...view,
        samples: isKnown ? samples : [...samples, sample],
        instances: instances.includes(id) ? instances : [...instances, id]
      };
}

/** A sample is no instance any more, nor are changes of it that are kept. Neurons that were sorted by one stand in the order of the data. */
export function removeSample(view: ViewState, sample: number): ViewState {
  return removeAdded(view, sampleId(sample));
}

/** Keep a changed picture as an instance, and show it; one that is kept already is shown. */
export function addKept(view: ViewState, image: KeptImage): ViewState {
  const { kept, instances } = view;
  const { id } = image;
  return {
    ...view,
    kept: kept.some(one => one.id === id) ? kept : [...kept, image],
    instances: instances.includes(id) ? instances : [...instances, id]
  };
}

/** A kept picture is no instance any more, as of a sample. */
export function removeAdded(view: ViewState, id: string): ViewState {
  const kept = view.kept.filter(one => one.id !== id && one.of !== id);
  const gone = new Set([
    id,
    ...view.kept.filter(one => !kept.includes(one)).map(one => one.id)
  ]);
  return {
    ...withoutItems(
      view,
      item => 'instance' in item && gone.has(item.instance)
    ),
    samples: view.samples.filter(sample => !gone.has(sampleId(sample))),
    kept,
    instances: view.instances.filter(shown => !gone.has(shown))
  };
}

/** Sort by `a`, or by `a − b`; without `a` by neuron index. Index order starts ascending, all others descending. */
export function sortBy(
  view: ViewState,
  a: Item | null,
  b: Item | null,
  absolute: boolean
): ViewState {
  return inOrder(view, orderOf(a, b, absolute));
}

/** Sort by a divergence a → b: by its distance from the neutral value, or as it is. */
export function sortByDivergence(
  view: ViewState,
  contrast: Contrast,
  absolute = true
): ViewState {
  return inOrder(view, { by: 'divergence', ...contrast, absolute });
}

function inOrder(view: ViewState, order: Order): ViewState {
  const indexChanged = (order.by === 'index') !== (view.order.by === 'index');
  return {
    ...view,
    order,
    descending: indexChanged ? order.by !== 'index' : view.descending
  };
}

export function reverseOrder(view: ViewState): ViewState {
  return { ...view, descending: !view.descending };
}

export function toggleHidden(
  view: ViewState,
  layer: string,
  neuron: number
): ViewState {
  return toggleMark(view, 'hidden', layer, neuron);
}

export function toggleMarked(
  view: ViewState,
  layer: string,
  neuron: number
): ViewState {
  return toggleMark(view, 'marked', layer, neuron);
}

/** Un-hide every neuron of every layer and lift the "marked only" filter. */
export function showAll(view: ViewState): ViewState {
  const isAnyHidden = [...view.neurons.values()].some(m => m.hidden.size > 0);
  if (!isAnyHidden && !view.markedOnly) {
    return view;
  }
  const neurons = new Map(
    [...view.neurons].map(([layer, marks]) => [
      layer,
      { ...marks, hidden: new Set<number>() }
    ])
  );
  return { ...view, neurons, markedOnly: false };
}

function orderOf(a: Item | null, b: Item | null, absolute: boolean): Order {
  if (!a) {
    return { by: 'index' };
  }
  if (b) {
    return { by: 'difference', a, b, absolute };
  }
  return 'instance' in a
    ? { by: 'value', instance: a.instance }
    : { by: 'median', ...a };
}

function toggleMark(
  view: ViewState,
  mark: keyof NeuronMarks,
  layer: string,
  neuron: number
): ViewState {
  const marks = marksOf(view, layer);
  const next = { ...marks, [mark]: flipped(marks[mark], neuron) };
  return { ...view, neurons: new Map(view.neurons).set(layer, next) };
}

function toggled<T>(list: readonly T[], member: T, all: readonly T[]): T[] {
  const next = new Set(list);
  if (!next.delete(member)) {
    next.add(member);
  }
  return all.filter(m => next.has(m));
}
