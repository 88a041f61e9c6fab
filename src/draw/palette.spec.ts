import { hcl, lab, rgb } from 'd3';
import type { Rgb } from './palette';
import { blender, classColor, toRgb } from './palette';

/** Machado, Oliveira and Fernandes (2009), full severity, on linear RGB. */
const VISION = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1]
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanope: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
};

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

  it.each(Object.entries(VISION))(
    'of the first ten stay apart with %s vision',
    (_, matrix) => {
      for (const dark of [false, true]) {
        const seen = Array.from({ length: 10 }, (_, k) =>
          seenColor(classColor(k, null, dark), matrix)
        );
        for (const [i, a] of seen.entries()) {
          for (const b of seen.slice(i + 1)) {
            const distance = Math.hypot(a.l - b.l, a.a - b.a, a.b - b.b);
            expect(distance).toBeGreaterThan(15);
          }
        }
      }
    }
  );

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

function seenColor(color: Rgb, matrix: readonly (readonly number[])[]) {
  const linear = color.map(c => {
    const share = c / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [r, g, b] = matrix.map(row => {
    const light = row.reduce((sum, m, k) => sum + m * linear[k], 0);
    const share = Math.min(Math.max(light, 0), 1);
    return (
      255 *
      (share <= 0.0031308 ? 12.92 * share : 1.055 * share ** (1 / 2.4) - 0.055)
    );
  });
  return lab(rgb(r, g, b));
}
