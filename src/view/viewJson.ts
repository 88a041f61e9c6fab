import { sameJson } from './json';
import { modelFileToJson } from './modelFile';
import { sortedNeurons } from './neurons';
import { withoutProbe } from './probe/shown';
import type { ViewState } from './state';

/** The JSON of `format.md`, the same object for the same view. */
export function viewToJson(view: ViewState): Record<string, unknown> {
  const known = jsonOf.get(view) ?? makeJson(view);
  jsonOf.set(view, known);
  return known;
}

/** Whether two views show the same. Hidden and marked neurons are compared by identity: they may be very many. */
export function isSameView(a: ViewState, b: ViewState): boolean {
  return (Object.keys(a) as (keyof ViewState)[]).every(
    key => a[key] === b[key] || (key !== 'neurons' && sameJson(a[key], b[key]))
  );
}

const jsonOf = new WeakMap<ViewState, Record<string, unknown>>();

function makeJson(shown: ViewState): Record<string, unknown> {
  const view = withoutProbe(shown);
  const neurons = [...view.neurons]
    .filter(([, m]) => m.hidden.size + m.marked.size > 0)
    .map(([layer, m]) => [
      layer,
      { hidden: sortedNeurons(m.hidden), marked: sortedNeurons(m.marked) }
    ]);
  const { samples, kept, groups, shownGroups, ...more } = view;
  const { brush, detail, findings, model, ...others } = more;
  // Object.fromEntries defines own properties, also for a layer named "__proto__".
  return {
    version: 1,
    ...others,
    ...(samples.length > 0 ? { samples } : {}),
    ...(kept.length > 0 ? { kept } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(shownGroups.length > 0 ? { shownGroups } : {}),
    ...(brush ? { brush } : {}),
    ...(detail ? { detail } : {}),
    ...(findings ? { findings } : {}),
    ...(model ? { model: modelFileToJson(model) } : {}),
    neurons: Object.fromEntries(neurons) as unknown
  };
}
