import { openedStore, settled } from '../../tests/ts/fixtures';
import { setShown } from '../view/update';
import { contrast } from './contrast';
import { paint } from './paint';
import type { Rgb } from './palette';
import { classColor, toCss, toRgb } from './palette';
import { graphLayout, sceneOf } from './scene';
import type { ISurface } from './surface';
import { LIGHT } from './theme';

const NOTHING = () => undefined;

/** Colours of all rectangles and arrows. */
function paintedColors(paintOn: (surface: ISurface) => void): string[] {
  const colors: string[] = [];
  paintOn({
    snap: px => px,
    rect: (_left, _top, _width, _height, color) => colors.push(color),
    polygon: (_, color) => colors.push(color),
    frame: NOTHING,
    circle: NOTHING,
    text: NOTHING,
    bars: () => NOTHING,
    shifted: (_left, _top, draw) => draw()
  });
  return colors;
}

test('ticks, zeros and arrows of a faint class are darker than its bars', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => setShown(v, { classes: [1] }));
  await settled(store);
  const [figure] = store.figures();
  const theme = { ...LIGHT, palette: 'okabe-ito' } as const;
  const faint = classColor(1, null, theme);
  const options = {
    ...store.view,
    layout: graphLayout(figure, 600, 15),
    heightPx: 300,
    scrollPx: 0
  };
  const colors = paintedColors(surface =>
    paint(surface, sceneOf(figure, options), figure, theme, {
      hovered: -1,
      active: -1,
      topOf: row => row.topPx
    })
  );
  const ofClass = colors.filter(css => isOrange(toRgb(css)));
  expect(ofClass.length).toBeGreaterThan(figure.rows.length / 2);
  expect(ofClass).not.toContain(toCss(faint));
  for (const css of ofClass) {
    expect(contrast(toRgb(css), theme.background)).toBeGreaterThanOrEqual(3);
  }
});

function isOrange([red, green, blue]: Rgb): boolean {
  return red > green && green > blue;
}
