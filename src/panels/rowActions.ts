import { toggleHidden, toggleMarked } from '../view/update';
import type { Actions } from './actions';
import type { PanelContext } from './context';

/** What keys and clicks do with a row of a layer. */
export class RowActions {
  constructor(
    private readonly context: PanelContext,
    private readonly layer: string
  ) {}

  /** What keys do with the neuron of the active row; `back` gives the focus back. */
  keys(active: () => number | undefined, back: () => void): Actions {
    const on = (act: (neuron: number) => void) => () => {
      const neuron = active();
      if (neuron !== undefined) {
        act(neuron);
      }
    };
    return {
      'toggle-hidden': on(neuron => this.toggle(toggleHidden, neuron)),
      'toggle-marked': on(neuron => this.toggle(toggleMarked, neuron)),
      'open-detail': on(neuron => this.open(neuron)),
      brush: on(neuron => this.context.brushing?.open(this.layer, neuron, back))
    };
  }

  /**
   * Hides or marks the neuron, or takes that back; the second click of a double click takes back what the first
   * did and opens the neuron.
   */
  click({ detail }: MouseEvent, neuron: number, marks: boolean): void {
    // Another row may have come to this place, where hidden neurons take none.
    if (detail === 2 && this.clicked >= 0) {
      const { clicked } = this;
      this.clicked = -1;
      this.context.store.undo();
      this.open(clicked);
    } else {
      this.clicked = neuron;
      this.toggle(marks ? toggleMarked : toggleHidden, neuron);
    }
  }

  private toggle(change: typeof toggleHidden, neuron: number): void {
    this.context.store.update(v => change(v, this.layer, neuron));
  }

  private open(neuron: number): void {
    this.context.detail?.open(this.layer, neuron);
  }

  /** Neuron of the last click. */
  private clicked = -1;
}
