import { hcl, lab, rgb } from 'd3';
import { contrast } from './contrast';
import type { PaletteName, Rgb } from './palette';
import { classColor, PALETTES, tintOf, toRgb } from './palette';
import { markColor, paletteOf } from './theme';

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

/** Distance in CIELAB between any two, in any vision: of the first six, and of all. Measured, then rounded down. */
const APART: Record<PaletteName, { count: number; six: number; all: number }> =
  {
    standard: { count: 10, six: 17, all: 15 },
    'okabe-ito': { count: 6, six: 16, all: 16 },
    'high-contrast': { count: 10, six: 27, all: 14.9 }
  };
const BACKGROUNDS: [dark: boolean, css: string][] = [
  [false, '#ffffff'],
  [true, '#111111']
];
const THEMES: [name: string, css: string, dark: boolean][] = [
  ['white', '#ffffff', false],
  ['cream', '#fdf6e3', false],
  ['black', '#000000', true],
  ['grey', '#383838', true]
];

describe('Class colours', () => {
  it('depend on the index alone and differ from each other', () => {
    for (const palette of PALETTES) {
      for (const dark of [false, true]) {
        const all = Array.from({ length: 40 }, (_, k) =>
          classColor(k, null, { palette, dark }).map(Math.round).join()
        );
        expect(new Set(all).size).toBe(40);
      }
    }
  });

  it('are the chosen ones where the author chose', () => {
    const choice = { palette: 'standard', dark: true } as const;
    expect(classColor(3, '#102030', choice)).toEqual([16, 32, 48]);
  });

  it.each(
    PALETTES.flatMap(palette =>
      Object.entries(VISION).map(
        ([vision, matrix]) => [palette, vision, matrix] as const
      )
    )
  )('of the set %s stay apart with %s vision', (palette, _, matrix) => {
    const { count, six, all } = APART[palette];
    for (const dark of [false, true]) {
      const seen = colorsOf(palette, dark, count).map(c =>
        seenColor(c, matrix)
      );
      expect(closest(seen.slice(0, 6))).toBeGreaterThan(six);
      expect(closest(seen)).toBeGreaterThan(all);
    }
  });

  it.each(PALETTES)(
    'of the set %s stay away from the red of attacked images',
    palette => {
      for (const [dark, red] of [
        [false, '#d92626'],
        [true, '#ff5252']
      ] as const) {
        for (const color of colorsOf(palette, dark, 40)) {
          const { h } = hcl(rgb(...color));
          const turn = Math.abs(((h - hcl(red).h + 540) % 360) - 180);
          expect(turn).toBeGreaterThan(15);
        }
      }
    }
  );

  it.each(['standard', 'high-contrast'] as const)(
    'of the set %s have at least 3:1 on the background',
    palette => {
      for (const [dark, background] of BACKGROUNDS) {
        for (const color of colorsOf(palette, dark, 40)) {
          expect(contrast(color, toRgb(background))).toBeGreaterThanOrEqual(3);
        }
      }
    }
  );

  it.each(THEMES)(
    'have at least 3:1 on %s as ticks and swatches, in every set and whatever the author chose',
    (_, css, dark) => {
      const background = toRgb(css);
      const chosen = ['#ffff00', '#000000'].map(toRgb);
      for (const palette of PALETTES) {
        for (const color of [...colorsOf(palette, dark, 40), ...chosen]) {
          const mark = markColor(color, { background });
          expect(contrast(mark, background)).toBeGreaterThanOrEqual(3);
        }
      }
    }
  );

  it('of ticks are those of bars where these are legible', () => {
    for (const [dark, background] of BACKGROUNDS) {
      for (const color of colorsOf('standard', dark, 40)) {
        const theme = { background: toRgb(background) };
        expect(markColor(color, theme)).toEqual(color);
      }
    }
  });

  it.each([
    ['', 'standard'],
    ['okabe-ito', 'okabe-ito'],
    [' "high-contrast" ', 'high-contrast'],
    ['constructor', 'standard']
  ])('are of the set that %j names', (value, palette) => {
    expect(paletteOf(value)).toBe(palette);
  });
});

describe('Colours of plain images', () => {
  it.each(Object.entries(VISION))(
    'stay apart, and from red, black and white, with %s vision',
    (_, matrix) => {
      for (const [dark, others] of [
        [false, ['#1976d2', '#d92626', '#000', '#fff']],
        [true, ['#2196f3', '#ff5252', '#fff', '#111']]
      ] as const) {
        const tints = [1, 2, 3, 4, 5].flatMap(place => [
          tintOf(place, dark) ?? []
        ]) as Rgb[];
        expect(tints).toHaveLength(5);
        const fixed = others.map(toRgb);
        const seen = [...tints, ...fixed].map(c => seenColor(c, matrix));
        for (const [k, color] of seen.slice(0, 5).entries()) {
          for (const other of seen.slice(k + 1)) {
            expect(closest([color, other])).toBeGreaterThan(13);
          }
        }
      }
    }
  );

  it('begin with the accent, and again after six', () => {
    expect(tintOf(0, true)).toBeNull();
    expect(tintOf(6, false)).toBeNull();
    expect(tintOf(8, false)).toEqual(tintOf(2, false));
  });
});

function colorsOf(palette: PaletteName, dark: boolean, count: number): Rgb[] {
  return Array.from({ length: count }, (_, k) =>
    classColor(k, null, { palette, dark })
  );
}

function closest(colors: readonly ReturnType<typeof lab>[]): number {
  return Math.min(
    ...colors.flatMap((a, i) =>
      colors.slice(i + 1).map(b => Math.hypot(a.l - b.l, a.a - b.a, a.b - b.b))
    )
  );
}

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
