import type { ICellModel } from '@jupyterlab/cells';
import type { FoundOutput } from './homes';

/** What is known when one of a notebook's recordings is to be shown. */
export type Clues = {
  readonly choices: readonly FoundOutput[];
  /** What is shown now. */
  readonly output: FoundOutput | null;
  readonly activeCell: ICellModel | undefined;
  /** The cell that was shown last of this notebook. */
  readonly lastCell: ICellModel | undefined;
};

/** What is shown, also after its cell has run again; else what the user looks at; else the only one. */
export function chooseRecording({
  choices,
  output,
  activeCell,
  lastCell
}: Clues): FoundOutput | null {
  const inCell = choices.filter(c => c.cell === output?.cell);
  return (
    choices.find(c => c.model === output?.model) ??
    inCell[output?.index ?? 0] ??
    inCell[0] ??
    choices.find(c => c.cell === activeCell) ??
    choices.find(c => c.cell === lastCell) ??
    (choices.length === 1 ? choices[0] : undefined) ??
    null
  );
}

/** Whether what is shown is gone because its cell is running, and may come again. */
export function isBeingMade({ choices, output }: Clues): boolean {
  return (
    output !== null &&
    !output.cell.isDisposed &&
    output.cell.executionState === 'running' &&
    !choices.some(c => c.cell === output.cell && c.index === output.index)
  );
}
