import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { CHOICES } from '../view/choices';
import type { Wishes } from '../view/state';

/** What the user set. */
export type Settings = {
  readonly wishes: Wishes;
  /** Views are kept in the notebook with every change. */
  readonly keepsViews: boolean;
  /** Outputs that take more of the notebook say so. */
  readonly sizeHintMiB: number;
};

type Values = (key: string) => unknown;

/** The settings as they are now. What is only a matter of looks becomes CSS variables of the page. */
export class LiveSettings {
  get current(): Settings {
    return this.settings;
  }

  /** Emitted after a change that asks for another painting. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Follow the settings of a plugin. */
  async follow(registry: ISettingRegistry, plugin: string): Promise<void> {
    const loaded = await registry.load(plugin);
    const read = () => {
      const values: Values = key => loaded.get(key).composite;
      this.settings = settingsOf(values);
      showLooks(values, document.documentElement);
      this.changedSignal.emit();
    };
    loaded.changed.connect(read);
    read();
  }

  private settings: Settings = { wishes: {}, keepsViews: true, sizeHintMiB: 5 };
  private readonly changedSignal = new Signal<this, void>(this);
}

function settingsOf(values: Values): Settings {
  const choice = <T extends string>(
    key: string,
    allowed: readonly T[]
  ): T | undefined => allowed.find(value => value === values(key));
  const number = (key: string) => {
    const value = values(key);
    return typeof value === 'number' ? value : undefined;
  };
  const wishes: { -readonly [K in keyof Wishes]: Wishes[K] | undefined } = {
    lastLayers: number('lastLayers'),
    bins: number('bins'),
    opacity: choice('opacity', CHOICES.opacity),
    hidden: choice('hidden', CHOICES.hidden),
    rowHeight: choice('rowHeight', CHOICES.rowHeight)
  };
  return {
    wishes: Object.fromEntries(
      Object.entries(wishes).filter(([, value]) => value !== undefined)
    ),
    keepsViews: values('keepViews') !== false,
    sizeHintMiB: number('sizeHint') ?? 5
  };
}

/** What `readTheme` and the style sheets read. */
function showLooks(values: Values, root: HTMLElement): void {
  const pixels = (key: string, variable: string) => {
    const value = values(key);
    if (typeof value === 'number') {
      root.style.setProperty(variable, `${value}px`);
    }
  };
  pixels('outputHeight', '--nd-output-height');
  pixels('pictureSize', '--nd-picture-size');
  root.style.setProperty('--nd-palette', String(values('palette')));
  root.style.setProperty(
    '--nd-motion',
    values('reducedMotion') === true ? 'reduced' : 'full'
  );
}
