import fc from 'fast-check';
import { lab, rgb } from 'd3';
import { blender } from './blend';
import type { Rgb } from './palette';
import { toRgb } from './palette';

const orange: Rgb = toRgb('#df7900');
const purple: Rgb = toRgb('#7446c8');

const channel = fc.integer({ min: 0, max: 255 });
const layers = fc.array(
  fc.record({
    color: fc.tuple(channel, channel, channel),
    opacity: fc.double({ min: 0, max: 1, noNaN: true })
  }),
  { minLength: 1, maxLength: 12 }
);

describe('Blending', () => {
  it('is the mean in CIELAB that d3 knows, weighted by the opacities', () => {
    fc.assert(
      fc.property(layers, all => {
        const [red, green, blue, alpha] = blended(all);
        const sum = all.reduce((total, { opacity }) => total + opacity, 0);
        const clear = all.reduce((left, l) => left * (1 - l.opacity), 1);
        expect(alpha).toBeCloseTo(255 * (1 - clear), -0.5);
        if (sum > 1e-9) {
          const mean = (of: 'l' | 'a' | 'b') =>
            all.reduce(
              (total, { color, opacity }) =>
                total + lab(rgb(...color))[of] * opacity,
              0
            ) / sum;
          const { r, g, b } = lab(mean('l'), mean('a'), mean('b'))
            .rgb()
            .clamp();
          expect(Math.abs(red - r)).toBeLessThanOrEqual(1);
          expect(Math.abs(green - g)).toBeLessThanOrEqual(1);
          expect(Math.abs(blue - b)).toBeLessThanOrEqual(1);
        }
      })
    );
  });

  it('does not depend on the order of the classes', () => {
    const one = { color: orange, opacity: 0.8 };
    const other = { color: purple, opacity: 0.4 };
    expect(blended([one, other])).toEqual(blended([other, one]));
  });

  it('leaves a single class as it is, and nothing clear', () => {
    const nothing = { color: orange, opacity: 0 };
    const half = { color: purple, opacity: 0.5 };
    expect(blended([nothing, half])).toEqual([...purple, 128]);
    expect(blended([nothing, nothing])).toEqual([0, 0, 0, 0]);
  });

  it('leaves out what does not take part', () => {
    const rgba = new Uint8ClampedArray(4);
    blender([orange, purple], [1])([1, 1], rgba, 0);
    expect([...rgba]).toEqual([...purple, 255]);
  });
});

function blended(
  all: readonly { readonly color: Rgb; readonly opacity: number }[]
): number[] {
  const rgba = new Uint8ClampedArray(4);
  blender(all.map(l => l.color))(
    all.map(l => l.opacity),
    rgba,
    0
  );
  return [...rgba];
}
