import { hcl, rgb } from 'd3';
import { REST, SELECTION } from '../view/brush';

/** A colour in sRGB, 0 … 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Names of the sets of class colours; the first is the default. */
export const PALETTES = ['standard', 'okabe-ito', 'high-contrast'] as const;
export type PaletteName = (typeof PALETTES)[number];

/** What the colour of a class depends on beside its index. */
export type PaletteChoice = {
  readonly palette: PaletteName;
  readonly dark: boolean;
};

/** Okabe and Ito (2008) without black, which is text, and without vermilion, which is near red. */
const OKABE_ITO = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#f0e442'
];

/**
 * Colours in a light and a dark theme. How far apart any two are, also as seen with protanopia, deuteranopia
 * and tritanopia, is measured in palette.spec.ts, and that all but Okabe's and Ito's have 3:1 on the theme's
 * background (WCAG 2.2, 1.4.11). Red is left out: it belongs to attacked images.
 */
const COLORS: Readonly<
  Record<PaletteName, { light: readonly string[]; dark: readonly string[] }>
> = {
  standard: {
    light: [
      '#3456f4',
      '#0c877a',
      '#ab4804',
      '#df7900',
      '#668d64',
      '#7446c8',
      '#b88c45',
      '#049ce2',
      '#9291ac',
      '#ac2193'
    ],
    dark: [
      '#3063ff',
      '#3caf87',
      '#dab67d',
      '#ffa238',
      '#b0fd6f',
      '#a98bff',
      '#80830a',
      '#45d4ec',
      '#6a7280',
      '#d817b3'
    ]
  },
  'okabe-ito': { light: OKABE_ITO, dark: OKABE_ITO },
  'high-contrast': {
    light: [
      '#780fff',
      '#00875a',
      '#c369a5',
      '#003c78',
      '#789600',
      '#5a3c00',
      '#7878ff',
      '#4b782d',
      '#0096d2',
      '#9600b4'
    ],
    dark: [
      '#f0f000',
      '#b44bff',
      '#1ee1f0',
      '#c3782d',
      '#b4f0a5',
      '#4b87c3',
      '#ff69ff',
      '#96c300',
      '#f0c369',
      '#0fb469'
    ]
  }
};

/**
 * Colours of single images that are neither attacked nor benign, after the theme's accent: far from it, from each
 * other, and from red, black and white. In a light and a dark theme.
 */
const TINTS: readonly (readonly [light: string, dark: string])[] = [
  ['#97226f', '#fad304'],
  ['#56954d', '#ad5997'],
  ['#4913c8', '#29db98'],
  ['#ea1ce5', '#b6e66f'],
  ['#502e90', '#cb2bc6']
];

/** Hues in degrees without those near red, and the golden section of them: steps of it never come together. */
const HUES = { from: 65, span: 300 };
const STEP = HUES.span * 0.381966;

/** What is brushed, and all other samples, in a light and a dark theme. */
const BRUSH_COLORS: ReadonlyMap<
  number,
  readonly [light: string, dark: string]
> = new Map([
  [SELECTION, ['#c4007a', '#ff62c8']],
  [REST, ['#767676', '#969696']]
]);

/** Colour of class `index`: fixed by its index alone, so that it means the same everywhere. */
export function classColor(
  index: number,
  chosen: string | null,
  { palette, dark }: PaletteChoice
): Rgb {
  if (chosen !== null) {
    return toRgb(chosen);
  }
  const fixed =
    BRUSH_COLORS.get(index)?.[dark ? 1 : 0] ??
    COLORS[palette][dark ? 'dark' : 'light'][index];
  return toRgb(
    fixed ??
      hcl(
        (HUES.from + ((index * STEP) % HUES.span)) % 360,
        55 + 15 * (index % 2),
        dark ? 72 : 52
      ).formatHex()
  );
}

/** Colour of the image at a place among those without a role; null: the theme's accent. */
export function tintOf(place: number, dark: boolean): Rgb | null {
  const at = place % (TINTS.length + 1);
  return at === 0 ? null : toRgb(TINTS[at - 1][dark ? 1 : 0]);
}

export function toRgb(css: string): Rgb {
  const { r, g, b } = rgb(css).rgb().clamp();
  return [r, g, b];
}

export function toCss([r, g, b]: Rgb, alpha = 1): string {
  return `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${alpha})`;
}
