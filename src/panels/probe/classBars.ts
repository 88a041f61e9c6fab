import type { TranslationBundle } from '@jupyterlab/translation';
import { toCss } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { formatShare } from '../../view/format';
import type { PanelContext } from '../context';
import { colorOf } from '../context';
import { element, setText } from '../dom';

const CLASSES_AT_MOST = 6;

/** The likeliest classes as bars, each with a line where it was before the picture changed. */
export class ClassBars {
  constructor(private readonly context: PanelContext) {
    this.node.setAttribute('aria-label', context.trans.__('Predicted classes'));
  }

  readonly node = element('ul', { className: 'nd-Probe-bars' });

  refresh(
    now: Float32Array | null,
    before: Float32Array | null,
    theme: Theme
  ): void {
    const shown = [now, before, theme];
    if (shown.every((input, k) => input === this.shown[k])) {
      return;
    }
    this.shown = shown;
    const { store, trans } = this.context;
    const classes = now ? likeliest(now, before ?? now) : [];
    this.node.hidden = classes.length === 0;
    this.node.replaceChildren(
      ...classes.map(index =>
        this.bar(
          store.info.classes[index]?.name ?? String(index),
          now?.[index] ?? 0,
          before?.[index] ?? 0,
          toCss(colorOf(store, index, theme)),
          trans
        )
      )
    );
  }

  private shown: readonly unknown[] = [];

  private bar(
    name: string,
    now: number,
    before: number,
    color: string,
    trans: TranslationBundle
  ): HTMLElement {
    const fill = element('span', { className: 'nd-Probe-fill' });
    fill.style.width = `${100 * now}%`;
    fill.style.background = color;
    const mark = element('span', { className: 'nd-Probe-mark' });
    mark.style.left = `${100 * before}%`;
    const share = element('span', { className: 'nd-Probe-share' });
    setText(share, formatShare(now));
    return element(
      'li',
      {
        className: 'nd-Probe-bar',
        title: trans.__(
          '%1: %2, before %3',
          name,
          formatShare(now),
          formatShare(before)
        )
      },
      element('span', { className: 'nd-Item-name', text: name }),
      element(
        'span',
        { className: 'nd-Probe-track', attributes: { 'aria-hidden': 'true' } },
        fill,
        mark
      ),
      share
    );
  }
}

/** Those that are likely now, and the one that was before, in the order of the classes: bars stay in place. */
function likeliest(now: Float32Array, before: Float32Array): number[] {
  const order = [...now.keys()].sort(
    (a, b) => Math.max(now[b], before[b]) - Math.max(now[a], before[a]) || a - b
  );
  return order.slice(0, CLASSES_AT_MOST).sort((a, b) => a - b);
}
