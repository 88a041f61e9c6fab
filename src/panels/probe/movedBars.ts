import type { ProbeModel } from '../../view/probe/model';
import type { PanelContext } from '../context';
import { element } from '../dom';
import { Bars } from './bars';
import { movedText } from './texts';

/** How far each layer moved, as bars. */
export class MovedBars {
  constructor(
    private readonly context: PanelContext,
    private readonly model: ProbeModel
  ) {
    const { trans } = context;
    this.node = element(
      'section',
      { className: 'nd-Probe-moved' },
      element('h4', {
        className: 'nd-Section-title',
        text: trans.__('How far each layer moved'),
        title: trans.__(
          'Mean over the neurons of |now − before| / σ; σ is that of all samples that have a class'
        )
      }),
      this.bars.node
    );
  }

  readonly node: HTMLElement;

  refresh(): void {
    const { model, context } = this;
    const { now, before } = model;
    const moved = now && before ? model.movement.of(now.rows, before.rows) : [];
    const shown = moved.join();
    if (shown === this.shown) {
      return;
    }
    this.shown = shown;
    const most = Math.max(...moved.filter(Number.isFinite), 0);
    this.node.hidden = !moved.some(Number.isFinite);
    this.bars.show(
      context.store.info.layers.flatMap(({ name }, layer) =>
        Number.isFinite(moved[layer])
          ? [
              {
                ...{ key: name, name, title: name, mark: null, color: null },
                share: most > 0 ? moved[layer] / most : 0,
                text: movedText(moved[layer])
              }
            ]
          : []
      )
    );
  }

  private readonly bars = new Bars();
  private shown: string | null = null;
}
