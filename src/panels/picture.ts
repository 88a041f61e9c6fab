import type { TranslationBundle } from '@jupyterlab/translation';
import type { Picture, PictureRows, RowsWindow } from '../draw/pictureLayout';
import { ROWS_AT_MOST } from '../draw/pictureLayout';
import type { Theme } from '../draw/theme';
import type { LayerFigure } from '../view/figure';
import { formatCount } from '../view/format';
import type { Store } from '../view/store';
import { seriesName } from './brush/texts';
import { axisTexts, samplesText, scaleText, subtitle } from './graphTexts';

/** The part of a layer's rows that a graph shows. */
export type GraphWindow = {
  readonly layer: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly scrollPx: number;
};

/** Which rows a picture shows. */
export type RowsChoice = 'window' | 'first' | 'all';

export const FIRST_ROWS = 100;

export type PictureOptions = {
  readonly theme: Theme;
  readonly rows: RowsChoice;
  /** Graphs on the screen; without any, usual sizes and the first rows. */
  readonly windows: readonly GraphWindow[];
};

/** The picture of a store's view. Needs no widget and no page. */
export function pictureOf(
  { info, view }: Pick<Store, 'info' | 'view'>,
  figures: readonly LayerFigure[],
  trans: TranslationBundle,
  { theme, rows, windows }: PictureOptions
): Picture {
  return {
    figures: figures.map(figure => ({
      ...figure,
      classes: figure.classes.map(c => ({ ...c, name: seriesName(c, trans) }))
    })),
    view,
    theme,
    rows: pictureRows(rows, windows),
    graphWidthsPx: new Map(windows.map(w => [w.layer, w.widthPx])),
    texts: {
      title: info.name,
      samples: samplesText(info.sampleCount, trans),
      subtitleOf: figure => subtitle(figure, trans),
      axis: axisTexts(view, trans),
      scale: scaleText(view, trans),
      rows: (from, to, of) =>
        from === 1
          ? trans.__('… %1 more', formatCount(of - to))
          : trans.__(
              'rows %1–%2 of %3',
              formatCount(from),
              formatCount(to),
              formatCount(of)
            )
    }
  };
}

function pictureRows(
  rows: RowsChoice,
  windows: readonly GraphWindow[]
): PictureRows {
  switch (rows) {
    case 'window':
      return {
        kind: 'window',
        windows: new Map(windows.map((w): [string, RowsWindow] => [w.layer, w]))
      };
    case 'first':
      return { kind: 'first', count: FIRST_ROWS };
    case 'all':
      return { kind: 'first', count: ROWS_AT_MOST };
  }
}
