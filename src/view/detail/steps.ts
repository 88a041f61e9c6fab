import type { RecordingInfo } from '../../worker/protocol';
import { withBeside } from '../beside';
import type { ViewState } from '../state';
import type { Store } from '../store';
import type { DetailState, NeuronPlace } from './state';
import { atNeuron, parseDetail, startDetail } from './state';

/** Open a neuron; how the last one was looked at stays, as far as that is possible. */
export function openDetail(
  view: ViewState,
  place: NeuronPlace,
  last: DetailState | null,
  info: RecordingInfo
): ViewState {
  const before = view.detail ?? parseDetail(last, info, view);
  const detail = before ? atNeuron(before, place) : startDetail(place, view);
  return withBeside(view, { detail });
}

export function closeDetail(view: ViewState): ViewState {
  return view.detail ? withBeside(view, { detail: null }) : view;
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
  const next = withBeside(view, { detail: { ...view.detail, ...change } });
  if (changed.has(view) && !store.canRedo) {
    store.amend(next);
  } else {
    store.set(next);
  }
  changed.add(next);
}

const changed = new WeakSet<ViewState>();
