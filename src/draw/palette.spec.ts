import { hcl, rgb } from 'd3';
import type { Rgb } from './palette';
import { blender, classColor, toRgb } from './palette';

describe('Class colours', () => {
  it('depend on the index alone and differ from each other', () => {
    for (const dark of [false, true]) {
      const all = Array.from({ length: 40 }, (_, k) =>
        classColor(k, null, dark).map(Math.round).join()
      );
      expect(new Set(all).size).toBe(40);
    }
  });

  it('are the chosen ones where the author chose', () => {
    expect(classColor(3, '#102030', true)).toEqual([16, 32, 48]);
  });

  it('stay away from the red of attacked images', () => {
    const red = hcl('#d92626').h;
    for (let k = 0; k < 10; k++) {
      const { h } = hcl(rgb(...classColor(k, null, false)));
      expect(Math.abs(((h - red + 540) % 360) - 180)).toBeGreaterThan(15);
    }
  });
});

describe('Blending', () => {
  const orange: Rgb = toRgb('#e27c00');
  const purple: Rgb = toRgb('#7446c8');

  it('does not depend on the order of the classes', () => {
    const one = blender([orange, purple])([0.8, 0.4]);
    const other = blender([purple, orange])([0.4, 0.8]);
    one.forEach((channel, k) => expect(channel).toBeCloseTo(other[k], 6));
  });

  it('leaves a single class as it is', () => {
    expect(blender([orange, purple])([0, 0.5])).toEqual([...purple, 0.5]);
    expect(blender([orange, purple])([0, 0])).toEqual([0, 0, 0, 0]);
  });
});
