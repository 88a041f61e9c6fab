import type { IWidgetTracker } from '@jupyterlab/apputils';
import { Token } from '@lumino/coreutils';
import type { RecordingDocument } from './documentWidget';

/** The open files with recordings. */
export interface IDocuments {
  /** Each has its `store` (null until it is open) and `storeChanged`. */
  readonly tracker: IWidgetTracker<RecordingDocument>;
}

export const IDocuments = new Token<IDocuments>(
  'neuraldivergence:IDocuments',
  'The open files with recordings.'
);
