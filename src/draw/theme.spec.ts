import type { Instance, InstanceRole } from '../core/recording';
import { contrast, legible } from './contrast';
import type { Theme } from './theme';
import { instanceColor, LIGHT, themeFrom } from './theme';
import { toRgb } from './palette';

/** What JupyterLab 4.6's themes say, and a theme that nobody can read. */
const THEMES: Record<string, Record<string, string>> = {
  'JupyterLab Light': {
    '--jp-layout-color0': 'white',
    '--jp-ui-font-color0': '#000',
    '--jp-ui-font-color1': 'rgba(0,0,0,.87)',
    '--jp-ui-font-color2': 'rgba(0,0,0,.54)',
    '--jp-border-color2': '#e0e0e0',
    '--jp-brand-color1': '#1976d2'
  },
  'JupyterLab Dark': {
    '--jp-layout-color0': '#111',
    '--jp-ui-font-color0': '#fff',
    '--jp-ui-font-color1': 'rgba(255,255,255,.87)',
    '--jp-ui-font-color2': 'rgba(255,255,255,.54)',
    '--jp-border-color2': '#424242',
    '--jp-brand-color1': '#2196f3'
  },
  'JupyterLab Dark High Contrast': {
    '--jp-layout-color0': '#111',
    '--jp-ui-font-color0': '#fff',
    '--jp-ui-font-color1': '#fff',
    '--jp-ui-font-color2': '#fff',
    '--jp-border-color2': '#e0e0e0',
    '--jp-brand-color1': '#319bf2'
  },
  'faint on grey': {
    '--jp-layout-color0': '#777',
    '--jp-ui-font-color0': '#888',
    '--jp-ui-font-color1': 'rgba(120, 120, 120, 0.2)',
    '--jp-ui-font-color2': '#666',
    '--jp-brand-color1': '#777'
  },
  'not colours': {
    '--jp-layout-color0': 'color-mix(in srgb, red, blue)',
    '--jp-ui-font-color1': 'nonsense',
    '--jp-brand-color1': 'url(x)'
  }
};
const ROLES: InstanceRole[] = ['attacked', 'benign', 'plain'];

describe('The theme', () => {
  it.each(Object.entries(THEMES))(
    'of %s has legible text and dots',
    (_, variables) => {
      const theme = themeFrom(name => variables[name] ?? '');
      const { background } = theme;
      for (const text of [
        theme.strong,
        theme.text,
        theme.quiet,
        theme.accent
      ]) {
        expect(contrast(toRgb(text), background)).toBeGreaterThanOrEqual(4.5);
      }
      for (const role of ROLES) {
        expect(
          contrast(instanceColor(instance(role), theme), background)
        ).toBeGreaterThanOrEqual(3);
      }
    }
  );

  it.each(Object.entries(THEMES))(
    'of %s has a colour of its own for each of six plain images',
    (_, variables) => {
      const theme = themeFrom(name => variables[name] ?? '');
      const colors = Array.from({ length: 6 }, (_, place) =>
        instanceColor({ ...instance('plain'), place }, theme)
      );
      const texts = colors.map(c => c.map(Math.round).join());
      expect(new Set(texts).size).toBe(6);
      for (const color of colors) {
        expect(contrast(color, theme.background)).toBeGreaterThanOrEqual(3);
      }
      expect(instanceColor(instance('plain'), theme)).toEqual(colors[0]);
    }
  );

  it('keeps what is legible as it is', () => {
    const theme = themed('JupyterLab Light');
    expect(theme.accent).toBe('rgba(25, 118, 210, 1)');
    expect(theme.strong).toBe('rgba(0, 0, 0, 1)');
    expect([theme.dark, themed('JupyterLab Dark').dark]).toEqual([false, true]);
    expect(themed('JupyterLab Dark High Contrast').dark).toBe(true);
  });

  it('of pictures is light and needs no page', () => {
    expect(LIGHT.dark).toBe(false);
    expect(LIGHT.background).toEqual([255, 255, 255]);
  });
});

describe('Contrast', () => {
  it('is 21 between black and white and 1 between equals', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 6);
    expect(contrast([9, 9, 9], [9, 9, 9])).toBe(1);
  });

  it('is reached by making a colour darker or lighter', () => {
    const onWhite = legible([250, 250, 0], [255, 255, 255], 4.5);
    expect(contrast(onWhite, [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
    const onBlack = legible([0, 0, 80], [0, 0, 0], 4.5);
    expect(contrast(onBlack, [0, 0, 0])).toBeGreaterThanOrEqual(4.5);
  });
});

function themed(name: string): Theme {
  return themeFrom(variable => THEMES[name][variable] ?? '');
}

function instance(role: InstanceRole): Instance {
  return {
    id: role,
    name: role,
    role,
    pair: null,
    label: null,
    prediction: null,
    confidence: null,
    sample: null,
    image: null
  };
}
