import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { DESCRIPTOR_TYPE } from '../sources/mime';

/**
 * Everything that is loaded with the first output. A worker starts while the panels are on their way: what
 * fails there is told by who opens a recording.
 */
export function loadViewer() {
  import('../worker/client').then(
    ({ prepareWorker }) => prepareWorker(),
    () => undefined
  );
  return import('./viewer');
}

/**
 * Load it once a notebook is open that shows a recording: until the output comes into sight the application is
 * at work, and leaves the network and a second processor alone.
 */
export function preloadFor(tracker: INotebookTracker): void {
  tracker.widgetAdded.connect((_, panel) => {
    panel.context.ready.then(
      () => preload(panel),
      () => undefined
    );
  });
}

function preload(panel: NotebookPanel): void {
  if (panel.isVisible && holdsRecording(panel)) {
    // What the application asked for comes first. Whoever shows an output tries again.
    whenIdle(() => void loadViewer().catch(() => undefined));
  }
}

function holdsRecording({ content }: NotebookPanel): boolean {
  return [...(content.model?.cells ?? [])].some(
    cell => cell.type === 'code' && showsRecording(cell as ICodeCellModel)
  );
}

function showsRecording({ outputs }: ICodeCellModel): boolean {
  for (let i = 0; i < outputs.length; i++) {
    if (DESCRIPTOR_TYPE in outputs.get(i).data) {
      return true;
    }
  }
  return false;
}

function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') {
    requestIdleCallback(work, { timeout: IDLE_MS });
  } else {
    setTimeout(work, IDLE_MS);
  }
}

const IDLE_MS = 500;
