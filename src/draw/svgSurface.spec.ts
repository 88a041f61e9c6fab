/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { openedStore } from '../../tests/ts/fixtures';
import type { LayerFigure } from '../view/figure';
import { toggleHidden, toggleMarked } from '../view/update';
import { paint } from './paint';
import type { Scene } from './scene';
import { graphLayout, sceneOf } from './scene';
import { SvgSurface } from './svgSurface';
import { LIGHT } from './theme';

// jsdom has no TextDecoder, and of canvases the elements only.
Object.assign(globalThis, { TextDecoder });
jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);

const HOSTILE = [
  '<img src=x onerror=__pwn()>',
  '"><svg onload=__pwn()>',
  '</text></svg><script>__pwn()</script>',
  "' onload='__pwn()",
  ']]>&amp;&#0;<!--',
  'a\u0000b\u0001\u001f\u007f\u0085',
  'lone \ud800 and \udc00 surrogates',
  'not characters \ufffe \uffff \u{1fffe}',
  'right to left \u202e tfel',
  'fine: é 猫 😀 \u2028',
  '̈'.repeat(10_000),
  'x'.repeat(100_000)
];

describe('A scene as SVG', () => {
  it('has the marks of the scene', async () => {
    const { figure, scene } = await tiny();
    const svg = parsed(svgOf(scene, figure));
    const table = Array.from(
      svg.querySelectorAll('text, circle, polygon'),
      mark =>
        [
          mark.tagName,
          ...['x', 'y', 'cx', 'cy', 'points', 'fill', 'text-anchor'].flatMap(
            name => mark.getAttribute(name) ?? []
          ),
          mark.textContent
        ].join(' ')
    );
    expect(table).toMatchSnapshot();
  });

  it('has a rectangle for each run of equal bins', () => {
    const surface = new SvgSurface();
    const red = [255, 0, 0, 255];
    const half = [0, 0, 255, 51];
    const none = [0, 0, 0, 0];
    const lines = [
      [red, red, none, half, half, half],
      [none, none, none, none, none, red]
    ];
    const { buffer } = Uint8Array.from(lines.flat(2));
    surface.bars([{ count: 6, rgba: new Uint32Array(buffer) }], [1, 6, 8])(
      0,
      10,
      19,
      60
    );
    const rects = Array.from(
      parsed(surface.document('', 100, 100)).querySelectorAll('rect'),
      rect =>
        ['x', 'y', 'width', 'height', 'fill', 'fill-opacity'].map(name =>
          rect.getAttribute(name)
        )
    );
    expect(rects).toEqual([
      ['10', '20', '20', '5', '#ff0000', null],
      ['40', '20', '30', '5', '#0000ff', '0.2'],
      ['60', '25', '10', '2', '#ff0000', null]
    ]);
  });

  it('covers as much of each stripe as its bins have opacity', async () => {
    const { figure, scene } = await tiny();
    const only = { ...figure, classes: figure.classes.slice(0, 1) };
    const bands = [[0, 1]] as const;
    const svg = parsed(svgOf({ ...scene, bands }, only));
    const ink = Array.from(
      svg.querySelectorAll('rect[shape-rendering]')
    ).reduce((sum, rect) => {
      const opacity = Number(rect.getAttribute('fill-opacity') ?? 1);
      return sum + Number(rect.getAttribute('width')) * opacity;
    }, 0);
    const wanted = scene.rows
      .filter(row => !row.hidden)
      .reduce((sum, { opacities, columns: { count } }) => {
        const binPx = scene.layout.plotWidthPx / count;
        return opacities.slice(0, count).reduce((s, o) => s + o * binPx, sum);
      }, 0);
    expect(ink / wanted).toBeCloseTo(1, 1);
  });

  it.each(HOSTILE)('is a well-formed document with the text %#', async text => {
    const { figure, scene } = await tiny();
    const rows = scene.rows.map(row => ({ ...row, label: text, value: text }));
    const source = svgOf({ ...scene, rows }, figure, text);
    const svg = parsed(source);
    expect(svg.tagName).toBe('svg');
    expect(source).not.toMatch(/<(script|img|foreignObject|a|style)\b/i);
    expect(svg.querySelectorAll('title')).toHaveLength(1);
    for (const node of svg.querySelectorAll('*')) {
      for (const { name } of node.attributes) {
        expect(name).not.toMatch(/^on|href/);
      }
    }
  });
});

async function tiny(): Promise<{ figure: LayerFigure; scene: Scene }> {
  const store = await openedStore('tiny.ndiv');
  const { name } = store.figures()[0].layer;
  const [first, second] = store.figures()[0].rows;
  store.update(v => toggleHidden(toggleMarked(v, name, first), name, second));
  const figure = store.figures()[0];
  const layout = graphLayout(figure, 400, 15);
  const scene = sceneOf(figure, {
    layout,
    heightPx: 100,
    scrollPx: 0,
    opacity: 'linear',
    scale: 'row',
    classesAs: 'overlay'
  });
  return { figure, scene };
}

function svgOf(scene: Scene, figure: LayerFigure, title = 'a title'): string {
  const surface = new SvgSurface();
  paint(surface, scene, figure, LIGHT, {
    hovered: -1,
    active: -1,
    topOf: row => row.topPx
  });
  return surface.document(title, 400, 100);
}

function parsed(source: string): Element {
  // Only a parser can tell whether a document is well-formed; nothing of it enters the page.
  // eslint-disable-next-line no-restricted-syntax
  const { documentElement } = new DOMParser().parseFromString(
    source,
    'image/svg+xml'
  );
  expect(documentElement.querySelector('parsererror')).toBeNull();
  return documentElement;
}
