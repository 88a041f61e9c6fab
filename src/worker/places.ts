import { FINE_BINS } from '../core/distribution';
import type { Coded } from '../core/measure';
import type { OpenLayer } from '../core/open';
import { readBytes } from '../core/part';
import type { Codes, Grid } from '../core/recording';
import type { Opened } from './opened';
import type { Subset } from './protocol';
import { groupReach, wholeReach } from './reach';

/** Where the recording is: the first was opened, others hold more of it, their layers in the same order. */
export type Around = {
  readonly everywhere: readonly Opened[];
  /** More activations are not read for one answer where codes can give it. */
  readonly readLimitBytes: number;
};

/** A layer in one of these places. */
export type Place = {
  readonly opened: Opened;
  readonly index: number;
  readonly layer: OpenLayer;
};

/** Activations, and which rows of them a subset has. */
export type Sampled = { readonly coded: Coded; readonly rows: Uint32Array };

/** A subset, with its rows in a place. */
export type Wanted = { readonly subset: Subset; readonly rows: Uint32Array };

const NO_ROWS = new Uint32Array(0);

export function placesOf({ everywhere }: Around, index: number): Place[] {
  return everywhere.map(opened => ({
    opened,
    index,
    layer: opened.recording.layers[index]
  }));
}

/** Whether a summary was made from all values, on the layer's own grid. */
export function isFine({ summary }: OpenLayer): boolean {
  return summary !== null && summary.exact && summary.bins === FINE_BINS;
}

/**
 * The activations of a subset in a place, or of all samples, with codes on a grid that may have been made for
 * other values. Null where there are none, or too many to read.
 */
export function activationsOf(
  place: Place,
  wanted: Wanted | null,
  around: Around
): Promise<Sampled> | null {
  const { opened, layer } = place;
  const { activations } = layer;
  if (activations === null) {
    return null;
  }
  const grid = gridIn(place, around);
  const whole = wholeReach(opened, layer, activations, wanted?.rows ?? NO_ROWS);
  const { rows } = activations;
  const isHere = opened.hasCoded(whole.key);
  const group =
    wanted === null || grid === null || rows === null || isHere
      ? null
      : groupReach(opened, layer, { ...activations, rows }, wanted);
  const reach = group ?? whole;
  const isTooMuch =
    layer.codes !== null &&
    !isHere &&
    readBytes(reach.part) > around.readLimitBytes;
  return isTooMuch
    ? null
    : opened
        .coded(layer, reach, grid)
        .then(coded => ({ coded, rows: reach.rows }));
}

/** All activations of a layer that has some, coded on their own grid. */
export async function onOwnGrid(
  { opened, layer }: Place,
  rows: Uint32Array
): Promise<Sampled | null> {
  const { activations } = layer;
  if (activations === null) {
    return null;
  }
  const whole = wholeReach(opened, layer, activations, rows);
  return { coded: await opened.coded(layer, whole, null), rows };
}

/** Codes of a subset in a place, or of all samples; null where there are none. */
export async function codesOf(
  { opened, layer }: Place,
  wanted: Wanted | null
): Promise<{ readonly codes: Codes; readonly rows: Uint32Array } | null> {
  const { codes } = layer;
  if (codes === null) {
    return null;
  }
  const whole = wholeReach(opened, layer, codes, wanted?.rows ?? NO_ROWS);
  const group =
    wanted === null || opened.hasCodes(whole.key)
      ? null
      : groupReach(opened, layer, codes, wanted);
  const reach = group ?? whole;
  return { codes: await opened.codes(layer, reach), rows: reach.rows };
}

/** The grid of a layer where one is stored, to be read. */
function gridIn(
  { opened, index }: Place,
  { everywhere }: Around
): (() => Promise<Grid>) | null {
  for (const one of [opened, ...everywhere]) {
    const layer = one.recording.layers[index];
    const part = layer.codes ?? (isFine(layer) ? layer.summary : null);
    if (part !== null) {
      return () => one.grid(layer, part.grid);
    }
  }
  return null;
}
