import type { LayerFigure } from '../view/figure';
import type { ViewState } from '../view/state';
import type { AxisTexts } from './axis';
import { AXIS_PX } from './axis';
import type { Legend, LegendEntry } from './legend';
import { legendOf } from './legend';
import { classColor } from './palette';
import type { GraphLayout } from './scene';
import { graphLayout, rowHeightPx } from './scene';
import type { Theme } from './theme';
import { isRing } from './dots';
import { instanceColor } from './theme';

/** A view as one would put it into a paper: all shown layers side by side, with title and legend. */
export type Picture = {
  readonly figures: readonly LayerFigure[];
  readonly view: Pick<
    ViewState,
    'opacity' | 'scale' | 'classesAs' | 'rowHeight'
  >;
  readonly theme: Theme;
  readonly rows: PictureRows;
  /** Of each graph; a layer without one has DEFAULT_GRAPH_PX. */
  readonly graphWidthsPx: ReadonlyMap<string, number>;
  readonly texts: PictureTexts;
};

/** Which rows: those in a graph's window on the screen, or from the first one on. */
export type PictureRows =
  | {
      readonly kind: 'window';
      readonly windows: ReadonlyMap<string, RowsWindow>;
    }
  | { readonly kind: 'first'; readonly count: number };

export type RowsWindow = {
  readonly scrollPx: number;
  readonly heightPx: number;
};

export type PictureTexts = {
  /** Name of the recording, and what else is said of it. */
  readonly title: string;
  readonly samples: string;
  readonly subtitleOf: (figure: LayerFigure) => string;
  readonly axis: AxisTexts;
  /** What full opacity means. */
  readonly scale: string;
  /** Said below a graph that shows rows `from` … `to` (from 1) of more. */
  readonly rows: (from: number, to: number, of: number) => string;
};

/** More rows are neither read nor printed. */
export const ROWS_AT_MOST = 2000;
/** Where no window says how many. */
const DEFAULT_ROWS = 32;
const DEFAULT_GRAPH_PX = 420;
export const MARGIN_PX = 16;
const GRAPHS_GAP_PX = 16;
export const TITLE_PX = 30;
export const HEADER_PX = 24;
export const NOTE_PX = 20;

/** Where everything of a picture stands, in CSS pixels. */
export type PictureLayout = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly graphs: readonly GraphPlace[];
  readonly legend: Legend;
  readonly legendTopPx: number;
};

export type GraphPlace = {
  readonly figure: LayerFigure;
  readonly layout: GraphLayout;
  readonly leftPx: number;
  /** Half-open range of rows. */
  readonly rows: readonly [from: number, to: number];
};

const MIN_WIDTH_PX = 360;

export function layoutOf(picture: Picture): PictureLayout {
  const graphs = placesOf(picture);
  const last = graphs[graphs.length - 1];
  const widthPx = Math.max(
    MIN_WIDTH_PX,
    (last ? last.leftPx + last.layout.widthPx : 0) + MARGIN_PX
  );
  const bodyPx = Math.max(
    0,
    ...graphs.map(
      ({ rows: [from, to], layout }) =>
        HEADER_PX + AXIS_PX + (to - from) * layout.rowHeightPx + NOTE_PX
    )
  );
  const legend = legendOf(
    entriesOf(picture),
    widthPx - 2 * MARGIN_PX,
    picture.theme
  );
  const legendTopPx = MARGIN_PX + TITLE_PX + Math.ceil(bodyPx) + 4;
  return {
    widthPx,
    heightPx: legendTopPx + legend.heightPx + MARGIN_PX,
    graphs,
    legend,
    legendTopPx
  };
}

function placesOf(picture: Picture): GraphPlace[] {
  const { figures, view, graphWidthsPx } = picture;
  let leftPx = MARGIN_PX;
  return figures.map(figure => {
    const layout = graphLayout(
      figure,
      Math.round(graphWidthsPx.get(figure.layer.name) ?? DEFAULT_GRAPH_PX),
      rowHeightPx(view.rowHeight, view.classesAs, figure.classes.length)
    );
    const rows = rowsOf(picture.rows, figure, layout.rowHeightPx);
    const place = { figure, layout, leftPx, rows };
    leftPx += layout.widthPx + GRAPHS_GAP_PX;
    return place;
  });
}

/** Whole rows: those of which at least half is in the window. */
function rowsOf(
  wanted: PictureRows,
  { rows, layer }: LayerFigure,
  rowPx: number
): readonly [from: number, to: number] {
  const window =
    wanted.kind === 'window' ? wanted.windows.get(layer.name) : undefined;
  const count = wanted.kind === 'first' ? wanted.count : DEFAULT_ROWS;
  const from = window ? Math.round(window.scrollPx / rowPx) : 0;
  const to = window
    ? Math.round((window.scrollPx + window.heightPx) / rowPx)
    : count;
  const start = Math.min(Math.max(0, from), rows.length);
  return [start, Math.min(to, start + ROWS_AT_MOST, rows.length)];
}

function entriesOf({ figures, theme, texts }: Picture): readonly LegendEntry[] {
  const shown = figures[0];
  if (!shown) {
    return [];
  }
  const ramps = shown.classes.map(({ index, name, color }) => ({
    mark: 'ramp' as const,
    color: classColor(index, color, theme),
    text: name
  }));
  const dots = shown.instances.map(({ instance }) => ({
    mark: isRing(instance) ? ('ring' as const) : ('dot' as const),
    color: instanceColor(instance, theme),
    text: instance.name
  }));
  const scale = {
    mark: 'none' as const,
    color: theme.background,
    text: texts.scale
  };
  return [...ramps, ...(ramps.length > 0 ? [scale] : []), ...dots];
}
