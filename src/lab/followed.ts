import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';
import type { Elsewhere, IAttachment } from '../panels/attachment';
import type { IModelFiles } from '../panels/context';
import type { OpenProbe } from '../view/probe/model';
import type { Store } from '../view/store';
import type { FoundOutput } from './homes';

/** What docked panels show. */
export type Followed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'noRecording'; readonly panel: NotebookPanel }
  | { readonly kind: 'choice'; readonly choices: readonly FoundOutput[] }
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      /** Where the data of an output is that holds none. */
      readonly elsewhere: Elsewhere | null;
    }
  | {
      readonly kind: 'open';
      readonly store: Store;
      readonly attachment: IAttachment | null;
      /** The text of a page with the recording and what is on screen; null: not from here. */
      readonly exportPage: (() => Promise<string>) | null;
      readonly openProbe: OpenProbe;
      readonly modelFiles: IModelFiles | null;
    };

/** Where a recording is, also in a notebook that is not open yet. A file has no cell. */
export type Place = {
  readonly path: string;
  readonly cell: string;
  /** Which of the recordings of the cell, from 0. */
  readonly index: number;
};

/** The part of the application's shell that tells what is in front. */
export interface IFront {
  readonly currentWidget: Widget | null;
  readonly currentChanged?: ISignal<unknown, unknown>;
}

/** Whether there is nothing new to show. A list of choices that is rebuilt under the pointer loses its click. */
export function sameFollowed(a: Followed, b: Followed): boolean {
  switch (a.kind) {
    case 'nothing':
    case 'waiting':
      return b.kind === a.kind;
    case 'noRecording':
      return b.kind === a.kind && b.panel === a.panel;
    case 'choice':
      return (
        b.kind === a.kind &&
        a.choices.length === b.choices.length &&
        a.choices.every((c, k) => {
          const other = b.choices[k];
          return c.model === other?.model && c.heading === other.heading;
        })
      );
    case 'failed':
      return b.kind === a.kind && b.error === a.error;
    case 'open':
      return (
        b.kind === a.kind &&
        b.store === a.store &&
        (b.exportPage === null) === (a.exportPage === null)
      );
  }
}
