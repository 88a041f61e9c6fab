import type { TranslationBundle } from '@jupyterlab/translation';
import type { Rgb } from '../draw/palette';
import { classColor } from '../draw/palette';
import type { Theme } from '../draw/theme';
import type { Store } from '../view/store';

/** What every panel of a view is given. */
export type PanelContext = {
  readonly store: Store;
  readonly trans: TranslationBundle;
};

/** Colour of a class: the author's choice, else the palette's. */
export function colorOf(store: Store, classIndex: number, theme: Theme): Rgb {
  return classColor(
    classIndex,
    store.info.classes[classIndex]?.color ?? null,
    theme.dark
  );
}
