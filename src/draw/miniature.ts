import { barOf, opacityOf, peakOf } from '../view/bars';
import type { LayerFigure } from '../view/figure';
import type { ViewState } from '../view/state';
import { columnsMax, columnsMin } from '../view/columns';
import { blender } from './blend';
import { classColor, toCss } from './palette';
import type { Theme } from './theme';
import { instanceColor } from './theme';

/** Height of a row and room between layers, in pixels of the picture. */
const ROW_PX = 3;
const GAP_PX = 4;

/** The first rows of every layer of a view, small: bars and dots, no text. */
export function paintMiniature(
  canvas: HTMLCanvasElement,
  figures: readonly LayerFigure[],
  view: ViewState,
  theme: Theme
): void {
  const context = canvas.getContext('2d');
  context?.clearRect(0, 0, canvas.width, canvas.height);
  const widthPx = Math.floor(
    (canvas.width + GAP_PX) / Math.max(1, figures.length) - GAP_PX
  );
  figures.forEach((figure, k) => {
    const leftPx = k * (widthPx + GAP_PX);
    if (context && widthPx > 0) {
      paintLayer(context, figure, [leftPx, widthPx], view, theme);
    }
  });
}

function paintLayer(
  context: CanvasRenderingContext2D,
  figure: LayerFigure,
  [leftPx, widthPx]: readonly [number, number],
  view: ViewState,
  theme: Theme
): void {
  const rows = figure.rows.subarray(
    0,
    Math.floor(context.canvas.height / ROW_PX)
  );
  const blend = blender(
    figure.classes.map(c => classColor(c.index, c.color, theme))
  );
  const rgba = new Uint8ClampedArray(4);
  rows.forEach((neuron, row) => {
    const topPx = row * ROW_PX;
    if (figure.hidden.has(neuron)) {
      return;
    }
    const columns = figure.columnsOf(neuron);
    const densities = figure.classes.map(({ distribution }) => {
      const { density } = barOf(
        distribution,
        neuron,
        columns,
        figure.zerosApart
      );
      const peak = peakOf(density);
      return Float32Array.from(density, d => opacityOf(d, peak, view.opacity));
    });
    for (let px = 0; px < widthPx; px++) {
      const column = Math.floor((px / widthPx) * columns.count);
      blend(
        densities.map(d => d[column]),
        rgba,
        0
      );
      context.fillStyle = toCss([rgba[0], rgba[1], rgba[2]], rgba[3] / 255);
      context.fillRect(leftPx + px, topPx, 1, ROW_PX - 1);
    }
    for (const { instance, values } of figure.instances) {
      const min = columnsMin(columns);
      const share = (values[neuron] - min) / (columnsMax(columns) - min);
      if (share >= 0 && share <= 1) {
        context.fillStyle = toCss(instanceColor(instance, theme));
        context.fillRect(leftPx + share * (widthPx - 2), topPx, 2, ROW_PX - 1);
      }
    }
  });
}
