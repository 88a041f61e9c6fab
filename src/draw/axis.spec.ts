import { paintAxis } from './axis';
import type { ISurface } from './surface';
import { LIGHT } from './theme';

const NOTHING = () => undefined;

test('thousands of an axis are apart in every language', () => {
  const texts: string[] = [];
  const surface: ISurface = {
    snap: px => px,
    rect: NOTHING,
    polygon: NOTHING,
    frame: NOTHING,
    circle: NOTHING,
    text: text => texts.push(text),
    bars: () => NOTHING,
    shifted: NOTHING
  };
  const layout = {
    widthPx: 400,
    labelPx: 48,
    plotLeftPx: 60,
    plotWidthPx: 280,
    valueLeftPx: 342,
    rowHeightPx: 15
  };
  paintAxis(
    surface,
    { exponent: 10, first: 0, count: 16 },
    layout,
    { neuron: 'neuron', sortedBy: '', ownAxes: '' },
    LIGHT
  );
  expect(texts).toEqual(
    expect.arrayContaining(['0', '5\u202f000', '15\u202f000'])
  );
});
