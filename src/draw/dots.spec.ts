import type { Instance } from '../core/recording';
import { PROBE_ID } from '../view/probe/shown';
import { dotOf } from './dots';
import { legendOf, paintLegend, type LegendEntry } from './legend';
import { toCss } from './palette';
import type { ISurface } from './surface';
import { LIGHT } from './theme';

const ATTACKED: Instance = {
  ...{ id: 'a0', name: 'attacked', role: 'attacked' },
  ...{ pair: null, label: null, prediction: null, confidence: null },
  ...{ sample: null, image: null }
};
const RED = toCss(LIGHT.attacked);
const EDGE = toCss(LIGHT.background);

/** Of all circles radius, fill, line and its width. */
function circles(paintOn: (surface: ISurface) => void): unknown[] {
  const found: unknown[] = [];
  const surface: Partial<ISurface> = {
    circle: (_x, _y, ...rest) => found.push(rest),
    text: () => undefined
  };
  paintOn(surface as ISurface);
  return found;
}

test('a picture that is changed here is a ring of the size and colour of a dot', () => {
  const dot = dotOf(ATTACKED, 4.5, LIGHT);
  const ring = dotOf({ ...ATTACKED, id: PROBE_ID }, 4.5, LIGHT);
  expect(circles(surface => dot(surface, 9, 9))).toEqual([
    [4.5, RED, EDGE, 1.25]
  ]);
  const [under, over] = circles(surface => ring(surface, 9, 9)) as [
    [number, null, string, number],
    [number, null, string, number]
  ];
  expect(under.slice(1, 3)).toEqual([null, EDGE]);
  expect(over.slice(1, 3)).toEqual([null, RED]);
  // With its edge it reaches as far as a dot with its.
  expect(under[0] + under[3] / 2).toBeGreaterThanOrEqual(4.5 + 1.25 / 2);
  expect(over[3]).toBeLessThan(under[3]);
});

test('a legend tells rings from dots', () => {
  const entry = (mark: LegendEntry['mark']): LegendEntry => ({
    ...{ mark, color: LIGHT.attacked, text: mark }
  });
  const legend = legendOf([entry('dot'), entry('ring')], 400, LIGHT);
  const fills = circles(surface => paintLegend(surface, legend, LIGHT));
  expect(fills.map(circle => (circle as [number, string | null])[1])).toEqual([
    RED,
    null
  ]);
});
