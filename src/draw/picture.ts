import type { LayerFigure } from '../view/figure';
import { AXIS_PX, paintAxis } from './axis';
import { canvasSurface } from './canvasSurface';
import { paintLegend } from './legend';
import { paint } from './paint';
import { toCss } from './palette';
import type { GraphPlace, Picture } from './pictureLayout';
import {
  HEADER_PX,
  layoutOf,
  MARGIN_PX,
  NOTE_PX,
  TITLE_PX
} from './pictureLayout';
import { sceneOf } from './scene';
import type { ISurface } from './surface';
import { SvgSurface } from './svgSurface';
import { fitted, textWidth } from './text';

/** Of a picture in CSS pixels. */
export function pictureSize(picture: Picture): {
  readonly widthPx: number;
  readonly heightPx: number;
} {
  const { widthPx, heightPx } = layoutOf(picture);
  return { widthPx, heightPx };
}

/** The picture as the text of an SVG document. */
export function pictureSvg(picture: Picture): string {
  const { widthPx, heightPx } = layoutOf(picture);
  const surface = new SvgSurface();
  drawPicture(surface, picture);
  return surface.document(picture.texts.title, widthPx, heightPx);
}

/** The picture on a new canvas of `scale` pixels a CSS pixel, fewer where `possibleScale` says so. */
export function pictureCanvas(
  picture: Picture,
  scale: number
): HTMLCanvasElement {
  const size = pictureSize(picture);
  const pixels = possibleScale(size, scale);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.floor(size.widthPx * pixels));
  canvas.height = Math.max(1, Math.floor(size.heightPx * pixels));
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('this browser cannot draw on a canvas');
  }
  drawPicture(canvasSurface(context, pixels), picture);
  return canvas;
}

/** What browsers can draw: beyond it a canvas stays blank. */
const SIDE_AT_MOST = 16_384;
const AREA_AT_MOST = 2 ** 28;

/** The wanted number of canvas pixels a CSS pixel, or as many as a canvas of this size can have. */
export function possibleScale(
  {
    widthPx,
    heightPx
  }: { readonly widthPx: number; readonly heightPx: number },
  wanted: number
): number {
  return Math.min(
    wanted,
    SIDE_AT_MOST / Math.max(widthPx, heightPx),
    Math.sqrt(AREA_AT_MOST / (widthPx * heightPx))
  );
}

/** Draw a picture from the surface's origin. */
export function drawPicture(surface: ISurface, picture: Picture): void {
  const layout = layoutOf(picture);
  const { theme } = picture;
  surface.rect(0, 0, layout.widthPx, layout.heightPx, toCss(theme.background));
  surface.shifted(MARGIN_PX, MARGIN_PX, () =>
    paintTitle(surface, picture, layout.widthPx - 2 * MARGIN_PX)
  );
  for (const graph of layout.graphs) {
    surface.shifted(graph.leftPx, MARGIN_PX + TITLE_PX, () =>
      paintGraph(surface, picture, graph)
    );
  }
  surface.shifted(MARGIN_PX, layout.legendTopPx, () =>
    paintLegend(surface, layout.legend, theme)
  );
}

function paintTitle(
  surface: ISurface,
  { texts, theme }: Picture,
  widthPx: number
): void {
  const { font } = theme;
  const strong = { color: theme.strong, sizePx: 15, font, bold: true } as const;
  const quiet = { color: theme.quiet, sizePx: 12, font } as const;
  const samplesPx = textWidth(texts.samples, quiet) + 12;
  const title = fitted(texts.title, widthPx - samplesPx, strong);
  surface.text(title, 0, 9, { ...strong, align: 'left' });
  surface.text(texts.samples, textWidth(title, strong) + 12, 10, {
    ...quiet,
    align: 'left'
  });
}

function paintGraph(
  surface: ISurface,
  picture: Picture,
  { figure, layout, rows: [from, to] }: GraphPlace
): void {
  const { view, theme, texts } = picture;
  const heightPx = (to - from) * layout.rowHeightPx;
  paintHeader(surface, picture, figure, layout.widthPx);
  surface.shifted(0, HEADER_PX, () =>
    paintAxis(
      surface,
      figure.sharedAxis ? figure.columnsOf(0) : null,
      layout,
      texts.axis,
      theme
    )
  );
  surface.shifted(0, HEADER_PX + AXIS_PX, () => {
    const scene = sceneOf(figure, {
      ...view,
      layout,
      heightPx,
      scrollPx: from * layout.rowHeightPx
    });
    paint(surface, scene, figure, theme, {
      hovered: -1,
      active: -1,
      topOf: row => row.topPx
    });
    const isWhole = to - from === figure.rows.length;
    surface.text(
      isWhole ? '' : texts.rows(from + 1, to, figure.rows.length),
      layout.plotLeftPx,
      heightPx + NOTE_PX / 2,
      { color: theme.quiet, sizePx: 11, font: theme.font, align: 'left' }
    );
  });
}

function paintHeader(
  surface: ISurface,
  { texts, theme }: Picture,
  figure: LayerFigure,
  widthPx: number
): void {
  const { font } = theme;
  const strong = { color: theme.strong, sizePx: 14, font, bold: true } as const;
  const quiet = { color: theme.quiet, sizePx: 11, font } as const;
  const name = fitted(figure.layer.name, widthPx / 2, strong);
  const namePx = textWidth(name, strong) + 8;
  surface.text(name, 0, HEADER_PX / 2 - 1, { ...strong, align: 'left' });
  surface.text(
    fitted(texts.subtitleOf(figure), widthPx - namePx, quiet),
    namePx,
    HEADER_PX / 2,
    { ...quiet, align: 'left' }
  );
}
