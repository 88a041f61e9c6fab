import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { View } from '../panels/view';
import { findHome, placeOfModel } from './homes';
import { hostOf } from './host';
import { ModelFiles } from './modelFiles';
import { outputExport } from './outputExport';
import type { Session } from './session';
import type { ISessionHandle } from './sessions';
import type { IWorkspace } from './workspace';
import { COMMANDS } from './workspace';

/** Everything that is loaded only when the first output comes into sight. */
export { ProgressStrip } from '../panels/progressStrip';
export { outputCard } from './outputCard';
export { acquireSession } from './sessions';

/** The view in a cell's output. Rejects when the recording cannot be opened. */
export async function outputView(
  { session, openProbe }: Pick<ISessionHandle, 'session' | 'openProbe'>,
  model: IRenderMime.IMimeModel,
  workspace: IWorkspace
): Promise<View> {
  const store = await session.store;
  const { commands, trans } = workspace;
  const home = findHome(workspace.tracker, model);
  const canDock = commands.hasCommand(COMMANDS.openPanels) && home !== null;
  return new View({
    store,
    trans,
    host: hostOf(workspace, {
      openPanels: canDock ? () => openPanels(workspace, model) : null,
      attachment: session.attachment,
      openProbe,
      modelFiles: home
        ? new ModelFiles(workspace, () => home.panel.context.path)
        : null,
      exportPage: outputExport(session, store, workspace),
      hint: () => sizeHint(session, workspace)
    })
  });
}

/** The docked panels show this output. */
function openPanels(
  { commands, tracker }: IWorkspace,
  model: IRenderMime.IMimeModel
): void {
  const place = placeOfModel(tracker, model);
  if (place) {
    void commands.execute(COMMANDS.openPanels, place);
  }
}

/** Said of outputs that make the notebook large. */
function sizeHint(
  { content }: Session,
  { settings, trans }: IWorkspace
): string | null {
  const sizeMiB =
    typeof content.data === 'string' ? content.data.length / 2 ** 20 : 0;
  const limitMiB = settings.current.sizeHintMiB;
  return limitMiB > 0 && sizeMiB > limitMiB
    ? trans.__(
        'This output takes %1 MiB of the notebook. Record fewer layers, or save the recording to a file, to keep the notebook light.',
        sizeMiB.toFixed(1)
      )
    : null;
}
