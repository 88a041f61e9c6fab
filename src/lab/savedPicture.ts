import type { ICodeCellModel } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { pictureCanvas, pictureSize } from '../draw/picture';
import type { Picture } from '../draw/pictureLayout';
import { rowHeightPx } from '../draw/scene';
import { LIGHT } from '../draw/theme';
import { pictureOf } from '../panels/picture';
import { longDescription } from '../panels/sentence';
import type { LayerFigure } from '../view/figure';
import { layerFigure } from '../view/figure';
import { formatCount } from '../view/format';
import { sameJson } from '../view/json';
import type { ViewState } from '../view/state';
import { viewToJson } from '../view/viewJson';
import type { Store } from '../view/store';
import type { OutputContent } from './content';
import { readContent, sameContent } from './content';

const PNG_TYPE = 'image/png';
const PNG_URL = `data:${PNG_TYPE};base64,`;
const SCALE = 1.5;

/** The picture stays as small as the one that Python draws: `neuraldivergence/picture/page.py`. */
const MOST = { layers: 4, classes: 40, groups: 10, instances: 100 } as const;
const ROWS = { px: 450, least: 6, most: 30, spared: 2 } as const;

/** Key of an output's metadata that says which view its picture shows. */
const METADATA_KEY = 'neuraldivergence';

/**
 * Put a picture of the view on screen into those of the cell's outputs of this recording that show another:
 * it is what is seen where the extension is missing. Called when the notebook is saved, because it changes
 * the outputs. While numbers are still on their way they stay as they are.
 */
export function drawIntoOutputs(
  cell: ICodeCellModel,
  content: OutputContent,
  store: Store,
  trans: TranslationBundle
): void {
  const shown = { version: 1, picture: viewToJson(store.view) };
  // The order of keys does not survive a file.
  const isStale = (output: IRenderMime.IMimeModel) =>
    !sameJson(output.metadata[METADATA_KEY], shown) &&
    sameContent(readContent(output), content);
  const { outputs } = cell;
  const stale = Array.from({ length: outputs.length }, (_, i) =>
    outputs.get(i)
  ).filter(isStale);
  const png = stale.length > 0 ? draw(store, trans) : null;
  if (png === null) {
    return;
  }
  for (const output of stale) {
    // The cell's model carries it on to what is saved.
    output.setData({
      data: { ...output.data, [PNG_TYPE]: png.data },
      metadata: {
        ...output.metadata,
        [PNG_TYPE]: png.metadata,
        [METADATA_KEY]: shown as ReadonlyPartialJSONObject
      }
    });
  }
}

/** Null while numbers are on their way, and where the browser cannot draw. */
function draw(store: Store, trans: TranslationBundle) {
  const { info, view } = store;
  const picture = boundedPicture(store, trans);
  if (picture === null) {
    return null;
  }
  const { widthPx, heightPx } = pictureSize(picture);
  const url = pictureCanvas(picture, SCALE).toDataURL(PNG_TYPE);
  return url.startsWith(PNG_URL)
    ? {
        data: url.slice(PNG_URL.length),
        metadata: {
          alt: longDescription(view, info, trans),
          width: Math.round(widthPx),
          height: Math.round(heightPx)
        }
      }
    : null;
}

function boundedPicture(
  { info, view, answers }: Store,
  trans: TranslationBundle
): Picture | null {
  const layers = info.layers.filter(l => view.layers.includes(l.name));
  const drawn: ViewState = {
    ...view,
    classes: view.classes.slice(0, MOST.classes),
    shownGroups: view.shownGroups.slice(0, MOST.groups),
    instances: view.instances.slice(0, MOST.instances)
  };
  const figures = layers
    .slice(0, MOST.layers)
    .map(layer => layerFigure(info, layer, drawn, answers));
  if (figures.some(f => f.pending)) {
    return null;
  }
  const picture = pictureOf({ info, view: drawn }, figures, trans, {
    theme: LIGHT,
    rows: 'first',
    windows: []
  });
  const parts = [
    picture.texts.samples,
    leftOut(layers, MOST.layers, (most, all) =>
      trans.__('%1 of %2 layers', most, all)
    ),
    leftOut(view.classes, MOST.classes, (most, all) =>
      trans.__('%1 of %2 classes', most, all)
    ),
    leftOut(view.shownGroups, MOST.groups, (most, all) =>
      trans.__('%1 of %2 groups', most, all)
    ),
    leftOut(view.instances, MOST.instances, (most, all) =>
      trans.__('%1 of %2 instances', most, all)
    )
  ];
  return {
    ...picture,
    rows: { kind: 'first', count: rowCount(figures, drawn) },
    texts: {
      ...picture.texts,
      samples: parts.filter(part => part !== '').join(' · ')
    }
  };
}

function leftOut(
  list: readonly unknown[],
  most: number,
  say: (most: number, all: string) => string
): string {
  return list.length > most ? say(most, formatCount(list.length)) : '';
}

/** A few rows more than have room are drawn rather than left out. */
function rowCount(
  figures: readonly LayerFigure[],
  { rowHeight, classesAs }: ViewState
): number {
  const rowPx = Math.max(
    1,
    ...figures.map(f => rowHeightPx(rowHeight, classesAs, f.classes.length))
  );
  const room = Math.floor(ROWS.px / rowPx);
  const most = Math.max(ROWS.least, Math.min(ROWS.most, room));
  const all = Math.max(0, ...figures.map(f => f.rows.length));
  return all <= most + ROWS.spared ? all : most;
}
