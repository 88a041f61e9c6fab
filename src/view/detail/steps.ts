import type { RecordingInfo } from '../../worker/protocol';
import type { ViewState } from '../state';
import type { Store } from '../store';
import type { DetailState, NeuronPlace } from './state';
import { atNeuron, parseDetail, startDetail } from './state';

/** The view with another detail, or none. */
export function withDetail(
  view: ViewState,
  detail: DetailState | null
): ViewState {
  if (detail === view.detail) {
    return view;
  }
  const next = { ...view, detail };
  graphs.set(next, graphsOf(view));
  return next;
}

/** What graphs show of a view: the same object as long as nothing but its detail changes. */
export function graphsOf(view: ViewState): ViewState {
  return graphs.get(view) ?? view;
}

const graphs = new WeakMap<ViewState, ViewState>();

/** Open a neuron; how the last one was looked at stays, as far as that is possible. */
export function openDetail(
  view: ViewState,
  place: NeuronPlace,
  last: DetailState | null,
  info: RecordingInfo
): ViewState {
  const before = view.detail ?? parseDetail(last, info, view);
  return withDetail(
    view,
    before ? atNeuron(before, place) : startDetail(place, view)
  );
}

export function closeDetail(view: ViewState): ViewState {
  return withDetail(view, null);
}

/** Changes of an open detail that follow one another are one step that can be undone. */
export function changeDetail(
  store: Pick<Store, 'view' | 'set' | 'amend' | 'canRedo'>,
  change: Partial<DetailState>
): void {
  const { view } = store;
  if (view.detail === null) {
    return;
  }
  const next = withDetail(view, { ...view.detail, ...change });
  if (changed.has(view) && !store.canRedo) {
    store.amend(next);
  } else {
    store.set(next);
  }
  changed.add(next);
}

const changed = new WeakSet<ViewState>();
