import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { DESCRIPTOR_TYPE } from '../sources/mime';
import type { Place } from './followed';

/** The cell that an output belongs to. */
export type Home = {
  readonly panel: NotebookPanel;
  readonly cell: ICodeCellModel;
};

/** A recording among the outputs of a notebook. */
export type FoundOutput = Home & {
  readonly model: IRenderMime.IMimeModel;
  /** The cell's place in the notebook, from 0. */
  readonly cellIndex: number;
  /** The recording's place among those of its cell, from 0. */
  readonly index: number;
  readonly name: string;
  /** The last heading above the cell; empty: none. */
  readonly heading: string;
  /** Another object as soon as the output says something else. */
  readonly version: object;
};

/** Where an output stands, also when it is shown outside its notebook. Null: in no open notebook. */
export function findHome(
  tracker: INotebookTracker | null,
  model: IRenderMime.IMimeModel
): Home | null {
  let home: Home | null = null;
  tracker?.forEach(panel => {
    for (const cell of codeCells(panel)) {
      if (!home && modelsOf(cell).some(m => m === model)) {
        home = { panel, cell };
      }
    }
  });
  return home;
}

/** The place of a recording, to find it again. */
export function placeOf({
  panel,
  cell,
  index
}: Home & Pick<FoundOutput, 'index'>): Place {
  return { path: panel.context.path, cell: cell.id, index };
}

/** The place of an output. Null: in no open notebook. */
export function placeOfModel(
  tracker: INotebookTracker | null,
  model: IRenderMime.IMimeModel
): Place | null {
  const home = findHome(tracker, model);
  const index = home
    ? recordingsOf(home.cell).findIndex(r => r.model === model)
    : 0;
  return home && placeOf({ ...home, index });
}

/** The recording at a place; null: not there, or not yet. */
export function recordingAt(
  tracker: INotebookTracker,
  { path, cell, index }: Place
): FoundOutput | null {
  let found: FoundOutput | null = null;
  tracker.forEach(panel => {
    if (panel.context.path === path) {
      const inCell = recordingsIn(panel).filter(c => c.cell.id === cell);
      found ??= inCell[index] ?? inCell[0] ?? null;
    }
  });
  return found;
}

/** The recordings of a notebook, from top to bottom, whether they are drawn or not. */
export function recordingsIn(panel: NotebookPanel): FoundOutput[] {
  let heading = '';
  return [...(panel.content.model?.cells ?? [])].flatMap((cell, cellIndex) => {
    if (cell.type === 'markdown') {
      heading = lastHeading(cell.sharedModel.getSource()) ?? heading;
    }
    return isCode(cell)
      ? recordingsOf(cell).map(({ model, version }, index) => ({
          panel,
          cell,
          model,
          cellIndex,
          index,
          name: version.name,
          heading,
          version
        }))
      : [];
  });
}

function lastHeading(markdown: string): string | null {
  const headings = [...markdown.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)];
  return headings.at(-1)?.[1] ?? null;
}

type Version = { readonly name: string };

function recordingsOf(
  cell: ICodeCellModel
): { readonly model: IOutputModel; readonly version: Version }[] {
  return modelsOf(cell).flatMap(model => {
    const version = versionOf(model);
    return version ? [{ model, version }] : [];
  });
}

/** What an output says now; null when it is no recording. Reading it copies all its JSON: done once a change. */
function versionOf(model: IOutputModel): Version | null {
  let version = versions.get(model);
  if (version === undefined) {
    const name = nameOf(model);
    version = name === null ? null : { name };
    versions.set(model, version);
    model.changed.connect(forget);
  }
  return version;
}

function forget(model: IOutputModel): void {
  versions.delete(model);
}

const versions = new WeakMap<IOutputModel, Version | null>();

/** The recording's name; null for outputs that are none. */
function nameOf(model: IOutputModel): string | null {
  const descriptor = model.data[DESCRIPTOR_TYPE];
  if (descriptor === undefined) {
    return null;
  }
  const name =
    typeof descriptor === 'object' && descriptor !== null
      ? (descriptor as Record<string, unknown>)['name']
      : null;
  return typeof name === 'string' ? name : '';
}

function codeCells(panel: NotebookPanel): ICodeCellModel[] {
  return [...(panel.content.model?.cells ?? [])].filter(isCode);
}

function isCode(cell: { readonly type: string }): cell is ICodeCellModel {
  return cell.type === 'code';
}

function modelsOf({ outputs }: ICodeCellModel): IOutputModel[] {
  return Array.from({ length: outputs.length }, (_, i) => outputs.get(i));
}
