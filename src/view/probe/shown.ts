import type { Instance } from '../../core/recording';
import type { RecordingInfo } from '../../worker/protocol';
import { itemsIn, withoutItems, type Itemed } from '../gone';
import type { AnyItem } from '../items';
import type { ViewState } from '../state';

/** The id of the instance that is changed: no text that a person would choose, and in no saved view. */
export const PROBE_ID = '\u0000probe';

/** The instances that can be chosen. */
export function listedOf({
  instances
}: Pick<RecordingInfo, 'instances'>): readonly Instance[] {
  return instances.filter(({ id }) => id !== PROBE_ID);
}

/** Those whose pictures can be changed. */
export function probedIn(
  info: Pick<RecordingInfo, 'instances'>
): readonly Instance[] {
  return listedOf(info).filter(({ image }) => image !== null);
}

/** Of those that can be changed one that is shown, and not attacked, if there is one. */
export function firstProbed(
  info: Pick<RecordingInfo, 'instances'>,
  view: Pick<ViewState, 'instances'>
): Instance | null {
  const all = probedIn(info);
  const shown = all.filter(({ id }) => view.instances.includes(id));
  return (
    shown.find(({ role }) => role !== 'attacked') ?? shown[0] ?? all[0] ?? null
  );
}

/** A view that shows the probe as well; the same one for the same view. */
export function withProbe(view: ViewState): ViewState {
  const known = views.get(view);
  const shown = known ?? {
    ...view,
    instances: [...view.instances, PROBE_ID]
  };
  views.set(view, shown);
  return shown;
}

const views = new WeakMap<ViewState, ViewState>();

/** A view in which neither rows nor comparisons are about the probe; the same one where they are not. */
export function withoutProbe<V extends Itemed>(view: V): V {
  return itemsIn(view).some(isProbe) ? withoutItems(view, isProbe) : view;
}

function isProbe(item: AnyItem): boolean {
  return 'instance' in item && item.instance === PROBE_ID;
}
