import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Token } from '@lumino/coreutils';
import type { CommandRegistry } from '@lumino/commands';
import type { ContentsPort } from './fileSource';
import type { LiveSettings } from './settings';

/** What the plugins share. Light: it is there from the start. */
export interface IWorkspace {
  readonly trans: TranslationBundle;
  readonly settings: LiveSettings;
  readonly commands: CommandRegistry;
  readonly contents: ContentsPort;
  /** For services that are seldom needed. */
  readonly app: Pick<JupyterFrontEnd, 'resolveOptionalService'>;
  /** Null where there are no notebooks. */
  readonly tracker: INotebookTracker | null;
}

export const IWorkspace = new Token<IWorkspace>(
  'neuraldivergence:IWorkspace',
  'What the plugins of NeuralDivergence share.'
);

/** Commands by what they do. */
export const COMMANDS = {
  openPanel: 'neuraldivergence:open-panel',
  openPanels: 'neuraldivergence:open-panels',
  openFile: 'neuraldivergence:open-file',
  next: 'neuraldivergence:next-recording',
  previous: 'neuraldivergence:previous-recording',
  pin: 'neuraldivergence:pin-panels',
  moveSelection: 'neuraldivergence:move-selection',
  openOutput: 'neuraldivergence:open-output'
} as const;
