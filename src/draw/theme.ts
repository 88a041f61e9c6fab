import { color as parsedColor } from 'd3';
import type { Instance } from '../core/recording';
import { contrast, legible, over } from './contrast';
import type { PaletteName, Rgb } from './palette';
import { PALETTES, tintOf, toCss, toRgb } from './palette';

/** Colours and type of the surrounding application. All text is legible on the background. */
export type Theme = {
  readonly dark: boolean;
  readonly palette: PaletteName;
  readonly background: Rgb;
  /** Strongest, normal, and quiet text. */
  readonly strong: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly benign: Rgb;
  readonly attacked: Rgb;
  readonly font: string;
};

/** The value of a CSS variable, '' where it is not set. */
type Variables = (name: string) => string;

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 3;

/** For pictures that leave the application: what JupyterLab Light says. */
export const LIGHT = themeFrom(() => '');

/** Read from the CSS variables that hold at `element`. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const values = new Map(
    VARIABLES.map(name => [name, style.getPropertyValue(name).trim()])
  );
  const key = [...values.values()].join('|');
  if (last?.key !== key) {
    last = { key, theme: themeFrom(name => values.get(name) ?? '') };
  }
  return last.theme;
}

let last: { readonly key: string; readonly theme: Theme } | null = null;

const VARIABLES = [
  '--jp-layout-color0',
  '--jp-ui-font-color0',
  '--jp-ui-font-color1',
  '--jp-ui-font-color2',
  '--jp-border-color2',
  '--jp-brand-color1',
  '--jp-ui-font-family',
  '--nd-palette'
];

export function themeFrom(variable: Variables): Theme {
  const background = colorOr(
    variable('--jp-layout-color0'),
    'white',
    [255, 255, 255]
  );
  const black: Rgb = [0, 0, 0];
  const white: Rgb = [255, 255, 255];
  const dark = contrast(background, white) > contrast(background, black);
  const text = (name: string, otherwise: string) =>
    toCss(
      legible(
        colorOr(variable(name), otherwise, background),
        background,
        TEXT_CONTRAST
      )
    );
  return {
    dark,
    palette: paletteOf(variable('--nd-palette')),
    background,
    strong: text('--jp-ui-font-color0', dark ? '#fff' : '#000'),
    text: text('--jp-ui-font-color1', dark ? '#ddd' : '#222'),
    quiet: text('--jp-ui-font-color2', dark ? '#999' : '#666'),
    line: toCss(
      colorOr(
        variable('--jp-border-color2'),
        dark ? '#424242' : '#e0e0e0',
        background
      )
    ),
    accent: text('--jp-brand-color1', '#1976d2'),
    benign: dark ? white : black,
    attacked: legible(
      toRgb(dark ? '#ff5252' : '#d92626'),
      background,
      TEXT_CONTRAST
    ),
    font: variable('--jp-ui-font-family') || 'system-ui, sans-serif'
  };
}

/** A CSS colour without transparency; the other one where it is none that can be read. */
function colorOr(css: string, otherwise: string, background: Rgb): Rgb {
  const found = (parsedColor(css) ?? parsedColor(otherwise))?.rgb();
  return found
    ? over([found.r, found.g, found.b], found.opacity, background)
    : background;
}

/** The set of class colours that the variable names, in or without quotes. */
export function paletteOf(value: string): PaletteName {
  const name = value.replace(/["']/g, '').trim();
  return PALETTES.find(p => p === name) ?? PALETTES[0];
}

/** The colour of a class where it is a tick or a swatch: seen on the background, whoever chose it. */
export function markColor(
  color: Rgb,
  { background }: Pick<Theme, 'background'>
): Rgb {
  return legible(color, background, MARK_CONTRAST);
}

/** Attacked red, benign black or white, others the theme's accent and further colours. */
export function instanceColor(instance: Instance, theme: Theme): Rgb {
  switch (instance.role) {
    case 'attacked':
      return theme.attacked;
    case 'benign':
      return theme.benign;
    case 'plain':
      return plainColor(instance.place ?? 0, theme);
  }
}

function plainColor(
  place: number,
  { accent, background, dark }: Pick<Theme, 'accent' | 'background' | 'dark'>
): Rgb {
  return markColor(tintOf(place, dark) ?? toRgb(accent), { background });
}
