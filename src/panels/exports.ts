import type { TranslationBundle } from '@jupyterlab/translation';
import {
  pictureCanvas,
  pictureSize,
  pictureSvg,
  possibleScale
} from '../draw/picture';
import type { Picture } from '../draw/pictureLayout';
import type { LayerFigure } from '../view/figure';
import { viewTable } from '../view/table';
import { copyPng, copyText } from './clipboard';
import type { IHost, PanelContext } from './context';
import { download, fileName } from './download';
import type { PictureOptions } from './picture';
import { pictureOf } from './picture';

/** Something that leaves the view. */
export type Export = {
  readonly id: string;
  readonly label: string;
  /** Begins a group of the menu. */
  readonly begins?: boolean;
  /** Must be done at once, while the click still allows it. */
  readonly copies?: boolean;
  /** Resolves to what is said when it is done; rejects with a reason. */
  readonly run: () => Promise<string>;
};

/** What exports are made from. */
export type ExportContext = Pick<PanelContext, 'store' | 'trans'> & {
  readonly host: Pick<IHost, 'exportPage'>;
};

/** Everything that can leave a view; `options` is asked at the time. */
export function exportsOf(
  context: ExportContext,
  options: () => PictureOptions
): Export[] {
  const { store, trans } = context;
  const picture = async () =>
    pictureOf(store, await completeFigures(context), trans, options());
  const table = async () =>
    viewTable(await completeFigures(context), store.info, store.view);
  const save = (blob: Blob, what: string, extension: string) => {
    const name = fileName(store.info.name, what, extension);
    download(blob, name);
    return trans.__('Saving %1', name);
  };
  const exportPage = context.host.exportPage;
  return [
    ...SCALES.map(scale => ({
      id: `png-${scale}`,
      label: trans.__('Picture (PNG), %1×', scale),
      run: async () => {
        const drawn = await picture();
        const said = save(await pngOf(drawn, scale, trans), 'view', 'png');
        return [said, ...reduction(drawn, scale, trans)].join('. ');
      }
    })),
    {
      id: 'copy-png',
      copies: true,
      label: trans.__('Copy picture'),
      run: async () => {
        const drawn = picture();
        await copyPng(
          drawn.then(p => pngOf(p, COPIED_SCALE, trans)),
          trans
        );
        const reduced = reduction(await drawn, COPIED_SCALE, trans);
        return [trans.__('Picture copied'), ...reduced].join('. ');
      }
    },
    {
      id: 'svg',
      label: trans.__('Picture (SVG)'),
      begins: true,
      run: async () =>
        save(
          new Blob([pictureSvg(await picture())], { type: 'image/svg+xml' }),
          'view',
          'svg'
        )
    },
    {
      id: 'copy-svg',
      copies: true,
      label: trans.__('Copy SVG'),
      run: async () => {
        await copyText(pictureSvg(await picture()), trans);
        return trans.__('SVG copied');
      }
    },
    {
      id: 'csv',
      label: trans.__('Table (CSV)'),
      begins: true,
      run: async () =>
        save(
          new Blob([await table()], { type: 'text/csv;charset=utf-8' }),
          'table',
          'csv'
        )
    },
    {
      id: 'copy-csv',
      copies: true,
      label: trans.__('Copy table'),
      run: async () => {
        await copyText(await table(), trans);
        return trans.__('Table copied');
      }
    },
    ...(exportPage
      ? [
          {
            id: 'page',
            label: trans.__('Page (HTML)…'),
            begins: true,
            run: async () =>
              save(
                new Blob([await exportPage()], {
                  type: 'text/html;charset=utf-8'
                }),
                'page',
                'html'
              )
          }
        ]
      : [])
  ];
}

const SCALES = [1, 2, 3, 4];
/** Sharp on the screens of today and in a document. */
const COPIED_SCALE = 2;

/** The store's figures, once all their data is there. */
async function completeFigures({
  store
}: ExportContext): Promise<readonly LayerFigure[]> {
  const figures = store.figures();
  return figures.some(f => f.pending) ? store.figuresOf(store.view) : figures;
}

async function pngOf(
  picture: Picture,
  scale: number,
  trans: TranslationBundle
): Promise<Blob> {
  const canvas = pictureCanvas(picture, scale);
  const blob = await new Promise<Blob | null>(resolve =>
    canvas.toBlob(resolve, 'image/png')
  );
  if (!blob) {
    throw new Error(
      trans.__(
        'the picture is too large for this browser; choose fewer rows or SVG'
      )
    );
  }
  return blob;
}

/** Says that a picture has fewer pixels than was asked for. */
function reduction(
  picture: Picture,
  scale: number,
  trans: TranslationBundle
): string[] {
  const possible = possibleScale(pictureSize(picture), scale);
  return possible < scale
    ? [
        trans.__(
          'Drawn at %1× instead of %2×, the largest picture that browsers can draw; SVG or fewer rows keep all detail',
          possible.toFixed(2),
          scale
        )
      ]
    : [];
}
