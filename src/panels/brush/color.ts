import { classColor, toCss } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { markColor } from '../../draw/theme';
import { SELECTION } from '../../view/brush';

/** Style sheets inside `node` have the colour of what is brushed. */
export function tellBrushColor(node: HTMLElement, theme: Theme): void {
  const color = toCss(markColor(classColor(SELECTION, null, theme), theme));
  node.style.setProperty('--nd-brush-color', color);
}
