import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { DESCRIPTOR_TYPE } from '../sources/inline';

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
  readonly name: string;
  /** The last heading above the cell; empty: none. */
  readonly heading: string;
};

/** Where an output stands, also when it is shown outside its notebook. Null: in no open notebook. */
export function findHome(
  tracker: INotebookTracker | null,
  model: IRenderMime.IMimeModel
): Home | null {
  let home: Home | null = null;
  tracker?.forEach(panel => {
    for (const cell of codeCells(panel)) {
      if (!home && modelsOf(cell).includes(model)) {
        home = { panel, cell };
      }
    }
  });
  return home;
}

/** The recordings of a notebook, from top to bottom, whether they are drawn or not. */
export function recordingsIn(panel: NotebookPanel): FoundOutput[] {
  let heading = '';
  return [...(panel.content.model?.cells ?? [])].flatMap((cell, cellIndex) => {
    if (cell.type === 'markdown') {
      heading = lastHeading(cell.sharedModel.getSource()) ?? heading;
    }
    return isCode(cell)
      ? modelsOf(cell).flatMap(model => {
          const name = nameOf(model);
          return name === null
            ? []
            : [{ panel, cell, model, cellIndex, name, heading }];
        })
      : [];
  });
}

function lastHeading(markdown: string): string | null {
  const headings = [...markdown.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)];
  return headings.at(-1)?.[1] ?? null;
}

/** The recording's name; null for outputs that are none. */
function nameOf(model: IRenderMime.IMimeModel): string | null {
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

function modelsOf({ outputs }: ICodeCellModel): IRenderMime.IMimeModel[] {
  return Array.from({ length: outputs.length }, (_, i) => outputs.get(i));
}
