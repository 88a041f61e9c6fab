import type { TranslationBundle } from '@jupyterlab/translation';
import type { Model } from '../core/model';
import type { Rgb } from '../draw/palette';
import { classColor } from '../draw/palette';
import type { Theme } from '../draw/theme';
import { groupsOf } from '../view/groups';
import type { OpenProbe } from '../view/probe/model';
import type { Store } from '../view/store';
import type { ActionName } from './actions';
import type { IAttachment } from './attachment';

/** What every panel of a view is given. */
export type PanelContext = {
  readonly store: Store;
  readonly trans: TranslationBundle;
  readonly host: IHost;
  /** Shows a neuron in detail; absent where no view is around. */
  readonly detail?: IDetail;
  /** Changes the picture of an instance; absent where nothing around can. */
  readonly probe?: (instance: string) => void;
  /** Brushes by keyboard; absent where no view is around. */
  readonly brushing?: IBrushing;
};

/** What asks for a range of a neuron, and says why there can be none. */
export interface IBrushing {
  /** `back` gives the focus back. */
  open(layer: string, neuron: number, back: () => void): void;
  /** Nothing of this layer can be brushed. */
  refuse(layer: string): void;
}

/** What shows one neuron in detail. */
export interface IDetail {
  /** By the name of its layer and its index in the data, whether the layer is shown or not. */
  open(layer: string, neuron: number): void;
}

/** Models that lie in files beside the notebook or below its folder. */
export interface IModelFiles {
  /** Asks for a `model.json`. Its path from the folder of the notebook; null: none was chosen. */
  choose(): Promise<string | null>;
  /** Rejects with a ModelError or a ReadError. */
  read(path: string): Promise<Model>;
}

/** What the surroundings of a view do for it. Null: they cannot, and no control for it is shown. */
export interface IHost {
  /** Show the view in docked panels. */
  readonly openPanels: (() => void) | null;
  /** The HTML text of a page of its own with this recording, its view and saved views. Rejects with a reason. */
  readonly exportPage: (() => Promise<string>) | null;
  /** What a key means inside a view. */
  readonly actionOf: (event: KeyboardEvent) => ActionName | null;
  /** Something to tell from the start, or null; asked again when the view is repainted. */
  readonly hint: (() => string | null) | null;
  /** All values, where the recording is a summary of what is elsewhere. */
  readonly attachment: IAttachment | null;
  /** Runs the model of the recording. Rejects with a reason. */
  readonly openProbe: OpenProbe | null;
  /** Models for recordings that hold none. */
  readonly modelFiles: IModelFiles | null;
  /** How long what is saved here lives, as a sentence for the user; null: as long as the notebook. */
  readonly savedUntil: string | null;
}

/** Nothing is around a view. */
export const NO_HOST: IHost = {
  openPanels: null,
  exportPage: null,
  actionOf: () => null,
  hint: null,
  attachment: null,
  openProbe: null,
  modelFiles: null,
  savedUntil: null
};

/** Colour of a class or a group by its index among both: the author's choice, else the palette's. */
export function colorOf(store: Store, index: number, theme: Theme): Rgb {
  const { info, view } = store;
  const series =
    info.classes[index] ?? groupsOf(info, view)[index - info.classes.length];
  return classColor(index, series?.color ?? null, theme);
}
