import type { ICodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { OutputContent } from './content';
import { readContent, sameContent } from './content';
import type { FoundOutput } from './homes';
import { recordingsIn } from './homes';

/** Finds the cells whose outputs have one content. */
export class CellsOf {
  constructor(private readonly content: OutputContent) {}

  /**
   * The cells of a notebook that show the content, drawn or not, and those of `known` that show no recording
   * at the moment: they are run again, or their outputs were cleared.
   */
  find(
    panel: NotebookPanel,
    known: readonly ICodeCellModel[]
  ): ICodeCellModel[] {
    const cells = panel.content.model?.cells;
    if (!cells) {
      // The notebook is being closed.
      return known.filter(cell => !cell.isDisposed);
    }
    const recordings = recordingsIn(panel);
    const all = new Set(recordings.map(r => r.cell));
    const present = new Set<unknown>(cells);
    return [
      ...new Set([
        ...recordings.filter(r => this.shows(r)).map(r => r.cell),
        ...known.filter(c => present.has(c) && !c.isDisposed && !all.has(c))
      ])
    ];
  }

  /** Reading an output copies all its JSON: done once a change. */
  private shows({ version, model }: FoundOutput): boolean {
    const known = this.answers.get(version);
    const answer = known ?? sameContent(readContent(model), this.content);
    this.answers.set(version, answer);
    return answer;
  }

  private readonly answers = new WeakMap<object, boolean>();
}
