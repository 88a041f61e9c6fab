import { ArrayExt } from '@lumino/algorithm';
import { toCss } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { formatShare } from '../../view/format';
import type { PanelContext } from '../context';
import { colorOf } from '../context';
import { Bars } from './bars';

const CLASSES_AT_MOST = 6;

/** The likeliest classes as bars, each with a line where it was before the picture changed. */
export class ClassBars {
  constructor(private readonly context: PanelContext) {
    this.node.setAttribute('aria-label', context.trans.__('Predicted classes'));
  }

  refresh(
    now: Float32Array | null,
    before: Float32Array | null,
    theme: Theme
  ): void {
    const shown = [now, before, theme];
    if (ArrayExt.shallowEqual(shown, this.shown)) {
      return;
    }
    this.shown = shown;
    const { store, trans } = this.context;
    const classes = now ? likeliest(now, before ?? now) : [];
    this.node.hidden = classes.length === 0;
    this.bars.show(
      classes.map(index => {
        const name = store.info.classes[index]?.name ?? String(index);
        const [share, mark] = [now?.[index] ?? 0, before?.[index] ?? 0];
        const text = formatShare(share);
        return {
          ...{ key: index, name, share, mark, text },
          title: trans.__('%1: %2, before %3', name, text, formatShare(mark)),
          color: toCss(colorOf(store, index, theme))
        };
      })
    );
  }

  private readonly bars = new Bars();
  readonly node = this.bars.node;
  private shown: readonly unknown[] = [];
}

/** Those that are likely now, and the one that was before, in the order of the classes: bars stay in place. */
function likeliest(now: Float32Array, before: Float32Array): number[] {
  const order = [...now.keys()].sort(
    (a, b) => Math.max(now[b], before[b]) - Math.max(now[a], before[a]) || a - b
  );
  return order.slice(0, CLASSES_AT_MOST).sort((a, b) => a - b);
}
