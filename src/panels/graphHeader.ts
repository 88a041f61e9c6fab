import type { TranslationBundle } from '@jupyterlab/translation';
import { drawAxis } from '../draw/axis';
import type { GraphLayout } from '../draw/scene';
import type { LayerFigure } from '../view/figure';
import type { ViewState } from '../view/state';
import { element, setProperties, setText } from './dom';
import { axisTexts, subtitle } from './graphTexts';

/** What stands above the rows of a graph: title, what is shown, the axis. */
export class GraphHeader {
  constructor(jump: Node) {
    this.axis.setAttribute('class', 'nd-Graph-axis');
    this.axis.setAttribute('aria-hidden', 'true');
    this.nodes = [
      element(
        'header',
        { className: 'nd-Graph-header' },
        this.title,
        this.subtitle,
        jump
      ),
      this.axis
    ];
  }

  readonly nodes: readonly Node[];

  /** Another figure or width; only what differs is touched. */
  show(
    figure: LayerFigure,
    layout: GraphLayout,
    view: ViewState,
    trans: TranslationBundle
  ): void {
    if (figure === this.figure && layout.widthPx === this.widthPx) {
      return;
    }
    this.figure = figure;
    this.widthPx = layout.widthPx;
    for (const [node, text] of [
      [this.title, figure.layer.name],
      [this.subtitle, subtitle(figure, trans)]
    ] as const) {
      setText(node, text);
      setProperties(node, { title: text });
    }
    const columns = figure.sharedAxis ? figure.columnsOf(0) : null;
    const texts = axisTexts(view, trans);
    const drawn = JSON.stringify([columns, layout, texts]);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      drawAxis(this.axis, columns, layout, texts);
    }
  }

  private readonly title = element('h3', { className: 'nd-Graph-title' });
  private readonly subtitle = element('span', {
    className: 'nd-Graph-subtitle'
  });
  private readonly axis = document.createElementNS(
    'http://www.w3.org/2000/svg',
    'svg'
  );
  private figure: LayerFigure | null = null;
  private widthPx = 0;
  private drawn = '';
}
