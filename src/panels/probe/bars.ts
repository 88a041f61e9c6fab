import { element, setProperties, setText } from '../dom';

export type Bar = {
  /** Tells it from the others. */
  readonly key: string | number;
  readonly name: string;
  readonly title: string;
  /** Its length and where its mark is, from 0 to 1; null: it has no mark. */
  readonly share: number;
  readonly mark: number | null;
  /** Null: that of all bars. */
  readonly color: string | null;
  readonly text: string;
};

/** Bars below each other, each with a name and a number. Those that stay keep their nodes. */
export class Bars {
  readonly node = element('ul', { className: 'nd-Probe-bars' });

  show(bars: readonly Bar[]): void {
    const known = this.lines;
    this.lines = new Map(
      bars.map(({ key }) => [key, known.get(key) ?? new Line()])
    );
    bars.forEach(bar => this.lines.get(bar.key)?.show(bar));
    const nodes = [...this.lines.values()].map(({ node }) => node);
    const { children } = this.node;
    const isSame =
      nodes.length === children.length &&
      nodes.every((node, k) => node === children[k]);
    if (!isSame) {
      this.node.replaceChildren(...nodes);
    }
  }

  private lines: ReadonlyMap<Bar['key'], Line> = new Map();
}

class Line {
  show({ name, title, share, mark, color, text }: Bar): void {
    setText(this.name, name);
    setText(this.number, text);
    setProperties(this.node, { title });
    setProperties(this.mark, { hidden: mark === null });
    // What is set to what it is already, costs nothing.
    this.fill.style.width = `${100 * share}%`;
    this.fill.style.background = color ?? '';
    this.mark.style.left = `${100 * (mark ?? 0)}%`;
  }

  private readonly name = element('span', { className: 'nd-Item-name' });
  private readonly fill = element('span', { className: 'nd-Probe-fill' });
  private readonly mark = element('span', { className: 'nd-Probe-mark' });
  private readonly number = element('span', { className: 'nd-Probe-share' });
  readonly node = element(
    'li',
    { className: 'nd-Probe-bar' },
    this.name,
    element(
      'span',
      { className: 'nd-Probe-track', attributes: { 'aria-hidden': 'true' } },
      this.fill,
      this.mark
    ),
    this.number
  );
}
