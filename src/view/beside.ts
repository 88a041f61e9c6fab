import type { ViewState } from './state';

/** The view with other things beside, or over, its graphs. */
export function withBeside(
  view: ViewState,
  change: Partial<Pick<ViewState, 'detail' | 'findings'>>
): ViewState {
  const next = { ...view, ...change };
  graphs.set(next, graphsOf(view));
  return next;
}

/** What graphs show of a view: the same object as long as nothing but what lies beside them changes. */
export function graphsOf(view: ViewState): ViewState {
  return graphs.get(view) ?? view;
}

const graphs = new WeakMap<ViewState, ViewState>();
