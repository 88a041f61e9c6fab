import { openedStore, settled } from '../../tests/ts/fixtures';
import type { Store } from '../view/store';
import { setShown } from '../view/update';
import { pictureSize, pictureSvg, possibleScale } from './picture';
import type { Picture } from './pictureLayout';
import { LIGHT } from './theme';

const TITLE = 'The <title>';
let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  const layers = store.info.layers.map(l => l.name);
  store.update(v => setShown(v, { layers }));
  await settled(store);
});

function pictured(change: Partial<Picture> = {}): Picture {
  return {
    figures: store.figures(),
    view: store.view,
    theme: LIGHT,
    rows: { kind: 'first', count: 4 },
    graphWidthsPx: new Map(),
    texts: {
      title: TITLE,
      samples: '40 samples',
      subtitleOf: figure => `about ${figure.layer.name}`,
      axis: { neuron: 'neuron', sortedBy: 'value', ownAxes: 'own axes' },
      scale: 'clear → opaque',
      rows: (from, to, of) => `rows ${from}–${to} of ${of}`
    },
    ...change
  };
}

function texts(picture: Picture): string[] {
  return Array.from(
    pictureSvg(picture).matchAll(/<text[^>]*>([^<]*)<\/text>/g),
    ([, text]) => text
  );
}

describe('A picture of a view', () => {
  it('says what is shown: title, layers, axes, rows, legend', () => {
    const found = texts(pictured());
    const [figure] = store.figures();
    for (const text of [
      'The &lt;title&gt;',
      '40 samples',
      ...store.figures().map(f => f.layer.name),
      ...store.figures().map(f => `about ${f.layer.name}`),
      'neuron',
      'value',
      '0',
      'clear → opaque',
      ...figure.classes.map(c => c.name),
      ...figure.instances.map(i => i.instance.name)
    ]) {
      expect(found).toContain(text);
    }
    expect(found.filter(t => t.startsWith('…'))).toEqual([]);
  });

  it('stands on the background of its theme', () => {
    const { widthPx, heightPx } = pictureSize(pictured());
    expect(pictureSvg(pictured())).toContain(
      `<rect x="0" y="0" width="${widthPx}" height="${heightPx}" fill="#ffffff"/>`
    );
  });

  it('shows the first rows, and says which', () => {
    const { rows } = store.figures()[0];
    expect(texts(pictured())).toContain(`rows 1–4 of ${rows.length}`);
    const all = pictured({ rows: { kind: 'first', count: 1e9 } });
    expect(texts(all).filter(t => t.startsWith('rows'))).toEqual([]);
  });

  it('shows whole rows of the window on the screen', () => {
    const [{ layer, rows }] = store.figures();
    const windows = new Map([[layer.name, { scrollPx: 24, heightPx: 40 }]]);
    const found = texts(pictured({ rows: { kind: 'window', windows } }));
    expect(found).toContain(`rows 3–4 of ${rows.length}`);
  });

  it('is as wide as its graphs and as high as its rows', () => {
    const graphWidthsPx = new Map(
      store.figures().map(f => [f.layer.name, 300])
    );
    const of = (count: number) =>
      pictureSize(pictured({ graphWidthsPx, rows: { kind: 'first', count } }));
    expect(of(4).widthPx).toBe(16 + (300 + 16) * store.figures().length);
    expect(of(4).heightPx - of(2).heightPx).toBe(2 * 15);
  });

  it('shows at most two thousand rows of a layer', () => {
    const [figure] = store.figures();
    const neurons = 5000;
    const names = Array.from({ length: neurons }, (_, k) => `n${k}`);
    const large = {
      ...figure,
      layer: { ...figure.layer, neurons, neuronNames: names },
      rows: new Uint32Array(neurons),
      classes: [],
      instances: [],
      formatScore: () => ''
    };
    const found = texts(
      pictured({ figures: [large], rows: { kind: 'first', count: 1e9 } })
    );
    expect(found).toContain('rows 1–2000 of 5000');
  });

  it('of no layer is a title', () => {
    store.update(v => setShown(v, { layers: [] }));
    expect(texts(pictured())).toEqual(['The &lt;title&gt;', '40 samples']);
  });

  it('gives every row an axis of its own where the view does', () => {
    store.update(v => ({ ...v, axis: 'neuron' }));
    expect(texts(pictured())).toContain('own axes');
  });
});

describe('The scale of a canvas', () => {
  it.each([
    [800, 600, 4, 4],
    [800, 30_000, 1, 16_384 / 30_000],
    [8000, 8000, 4, 2 ** 14 / 8000],
    [16_384, 16_384, 1, 1]
  ])('of %d × %d at %d× is %d', (widthPx, heightPx, wanted, scale) => {
    const found = possibleScale({ widthPx, heightPx }, wanted);
    expect(found).toBeCloseTo(scale, 9);
    expect(found * found * widthPx * heightPx).toBeLessThanOrEqual(
      2 ** 28 * (1 + 1e-9)
    );
  });
});
