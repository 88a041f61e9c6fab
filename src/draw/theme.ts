import { hsl } from 'd3';
import type { Instance } from '../core/recording';
import type { Rgb } from './palette';
import { toRgb } from './palette';

/** Colours and type of the surrounding application. */
export type Theme = {
  readonly dark: boolean;
  readonly background: Rgb;
  /** Strongest, normal, and quiet text. */
  readonly strong: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly attacked: Rgb;
  readonly font: string;
};

/** Read from the CSS variables that hold at `element`. */
export function readTheme(element: Element): Theme {
  const style = getComputedStyle(element);
  const variable = (name: string, otherwise: string) =>
    style.getPropertyValue(name).trim() || otherwise;
  const background = variable('--jp-layout-color0', 'white');
  const dark = hsl(background).l < 0.5;
  return {
    dark,
    background: toRgb(background),
    strong: variable('--jp-ui-font-color0', dark ? 'white' : 'black'),
    text: variable('--jp-ui-font-color1', dark ? '#ddd' : '#222'),
    quiet: variable('--jp-ui-font-color2', dark ? '#999' : '#666'),
    line: variable('--jp-border-color2', dark ? '#444' : '#ddd'),
    accent: variable('--jp-brand-color1', '#1976d2'),
    attacked: toRgb(dark ? '#ff5252' : '#d92626'),
    font: variable('--jp-ui-font-family', 'system-ui, sans-serif')
  };
}

/** Attacked red, benign and others in the theme's strongest text colour and its accent. */
export function instanceColor(instance: Instance, theme: Theme): Rgb {
  switch (instance.role) {
    case 'attacked':
      return theme.attacked;
    case 'benign':
      return toRgb(theme.dark ? '#ffffff' : '#000000');
    case 'plain':
      return toRgb(theme.accent);
  }
}
