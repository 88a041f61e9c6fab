import type { ICodeCellModel } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { pictureCanvas, pictureSize } from '../draw/picture';
import { LIGHT } from '../draw/theme';
import { pictureOf } from '../panels/picture';
import { longDescription } from '../panels/sentence';
import { viewToJson } from '../view/state';
import type { Store } from '../view/store';
import type { OutputContent } from './content';
import { readContent, sameContent } from './content';
import { sameJson } from './kept';

const PNG_TYPE = 'image/png';

/** As many rows as the picture that Python drew. */
const ROWS = 28;
const SCALE = 1.5;

/** Key of an output's metadata that says which view its picture shows. */
const METADATA_KEY = 'neuraldivergence';

/**
 * Put a picture of the view on screen into those of the cell's outputs of this recording that show another:
 * it is what is seen where the extension is missing. Called when the notebook is saved, because it rewrites
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
  for (let i = 0; i < cell.outputs.length; i++) {
    const output = cell.outputs.get(i);
    const png = isStale(output) ? draw(store, trans) : null;
    if (png) {
      output.setData({
        data: { ...output.data, [PNG_TYPE]: png.data },
        metadata: {
          ...output.metadata,
          [PNG_TYPE]: png.metadata,
          [METADATA_KEY]: shown as ReadonlyPartialJSONObject
        }
      });
      // The outputs' own signal does not reach what is saved.
      cell.sharedModel.updateOutputs(i, i + 1, [output.toJSON()]);
    }
  }
}

/** Null while numbers are on their way. */
function draw(store: Store, trans: TranslationBundle) {
  const figures = store.figures();
  if (figures.some(f => f.pending)) {
    return null;
  }
  const picture = {
    ...pictureOf(store, figures, trans, {
      theme: LIGHT,
      rows: 'first',
      windows: []
    }),
    rows: { kind: 'first', count: ROWS } as const
  };
  const { widthPx, heightPx } = pictureSize(picture);
  const url = pictureCanvas(picture, SCALE).toDataURL(PNG_TYPE);
  return {
    data: url.slice(url.indexOf(',') + 1),
    metadata: {
      alt: longDescription(store.view, store.info, trans),
      width: Math.round(widthPx),
      height: Math.round(heightPx)
    }
  };
}
