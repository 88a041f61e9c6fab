import type { AxisTexts } from '../draw/axis';
import { drawAxis } from '../draw/axis';
import type { Columns } from '../view/extent';
import type { GraphLayout } from '../draw/scene';
import { element, setText } from './dom';

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

  /** Only what differs is touched. */
  show(
    title: string,
    subtitle: string,
    columns: Columns | null,
    layout: GraphLayout,
    texts: AxisTexts
  ): void {
    for (const [node, text] of [
      [this.title, title],
      [this.subtitle, subtitle]
    ] as const) {
      setText(node, text);
      node.title = text;
    }
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
  private drawn = '';
}
