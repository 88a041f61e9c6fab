/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import { LIGHT } from '../draw/theme';
import type { Export, ExportContext } from './exports';
import { exportsOf } from './exports';
import type { PictureOptions } from './picture';

type Saved = { readonly name: string; readonly blob: Blob };
const saved: Saved[] = [];

beforeAll(() => {
  // jsdom has no TextDecoder, no URLs of blobs, and of canvases the elements only.
  Object.assign(globalThis, { TextDecoder });
  jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  let made: Blob | null = null;
  URL.createObjectURL = blob => {
    made = blob as Blob;
    return 'blob:x';
  };
  URL.revokeObjectURL = () => undefined;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement
  ) {
    saved.push({ name: this.download, blob: made! });
  });
});

beforeEach(() => {
  saved.length = 0;
});

describe('What leaves a view', () => {
  it('is a picture, its SVG and a table, and a page where there are pages', async () => {
    const labels = async (exportPage: (() => Promise<string>) | null) =>
      (await made({ exportPage })).map(e => e.label);
    const without = await labels(null);
    expect(without).toEqual([
      'Picture (PNG), 1×',
      'Picture (PNG), 2×',
      'Picture (PNG), 3×',
      'Picture (PNG), 4×',
      'Copy picture',
      'Picture (SVG)',
      'Copy SVG',
      'Table (CSV)',
      'Copy table'
    ]);
    expect(await labels(async () => '')).toEqual([...without, 'Page (HTML)…']);
  });

  it.each([
    ['svg', /^.+-view\.svg$/, /^<svg xmlns[^]*<\/svg>\n$/],
    ['csv', /^.+-table\.csv$/, /^layer,position,neuron[^]*\r\n$/],
    ['page', /^.+-page\.html$/, /^<!doctype html>the page$/]
  ])('is saved as a file: %s', async (id, name, text) => {
    const exportPage = async () => '<!doctype html>the page';
    const said = await one(id, await made({ exportPage })).run();
    expect(saved).toHaveLength(1);
    expect(saved[0].name).toMatch(name);
    expect(said).toBe(`Saving ${saved[0].name}`);
    expect(await textOf(saved[0].blob)).toMatch(text);
  });

  it('shows the wanted rows', async () => {
    const rowsSaid = async (rows: PictureOptions['rows']) => {
      const { info } = await openedStore('tiny.ndiv');
      const windows = info.layers.map(({ name }) => ({
        layer: name,
        widthPx: 300,
        heightPx: 30,
        scrollPx: 15
      }));
      await one('svg', await made({}, { rows, windows })).run();
      const text = await textOf(saved[saved.length - 1].blob);
      return /rows 2–3 of \d+/.exec(text)?.[0] ?? '';
    };
    expect(await rowsSaid('all')).toBe('');
    expect(await rowsSaid('window')).toMatch(/^rows 2–3/);
  });

  it('says why a page could not be made', async () => {
    const exportPage = () => Promise.reject(new Error('no bytes'));
    const page = one('page', await made({ exportPage }));
    await expect(page.run()).rejects.toThrow('no bytes');
  });

  it('rejects where nothing can be drawn', async () => {
    const png = one('png-2', await made({}));
    await expect(png.run()).rejects.toThrow('cannot draw');
    await expect(one('copy-png', await made({})).run()).rejects.toThrow();
  });
});

async function made(
  { exportPage = null }: Partial<ExportContext['host']>,
  options: Partial<PictureOptions> = {}
): Promise<Export[]> {
  const store = await openedStore('tiny.ndiv');
  const context = { store, trans, host: { exportPage } };
  return exportsOf(context, () => ({
    theme: LIGHT,
    rows: 'window',
    windows: [],
    ...options
  }));
}

function one(id: string, all: readonly Export[]): Export {
  return all.find(e => e.id === id)!;
}

function textOf(blob: Blob): Promise<string> {
  const reader = new FileReader();
  return new Promise(resolve => {
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}
