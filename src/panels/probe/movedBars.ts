import type { ProbeModel } from '../../view/probe/model';
import type { PanelContext } from '../context';
import { element } from '../dom';
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
      this.list
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
    this.list.replaceChildren(
      ...context.store.info.layers.flatMap(({ name }, layer) =>
        Number.isFinite(moved[layer])
          ? [this.bar(name, moved[layer], most)]
          : []
      )
    );
  }

  private shown: string | null = null;

  private bar(name: string, moved: number, most: number): HTMLElement {
    const fill = element('span', { className: 'nd-Probe-fill' });
    fill.style.width = `${most > 0 ? (100 * moved) / most : 0}%`;
    return element(
      'li',
      { className: 'nd-Probe-bar' },
      element('span', { className: 'nd-Item-name', text: name, title: name }),
      element(
        'span',
        { className: 'nd-Probe-track', attributes: { 'aria-hidden': 'true' } },
        fill
      ),
      element('span', {
        className: 'nd-Probe-share',
        text: movedText(moved)
      })
    );
  }

  private readonly list = element('ul', { className: 'nd-Probe-bars' });
}
