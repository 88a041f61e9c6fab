import type { CodesPart } from '../core/decode';
import { FINE_BINS, type Distribution } from '../core/distribution';
import { UnavailableError } from '../core/errors';
import {
  isWithinGrid,
  measureCodes,
  measureValues,
  summarised
} from '../core/measure';
import type { OpenLayer } from '../core/open';
import { readBytes } from '../core/part';
import type { Grid, Membership } from '../core/recording';
import { canGroup, type Opened } from './opened';
import { groupReach, wholeReach, type Asked, type Reach } from './reach';

/** A layer in one of the places where the recording is. */
export type Place = { readonly opened: Opened; readonly layer: OpenLayer };

/** What is asked of the places where a layer is. */
export type Question = Asked & {
  readonly places: readonly Place[];
  /** More activations are not read for one answer where codes can give it. */
  readonly readLimitBytes: number;
};

/** An answer of a place; null where it has none of this kind. */
type Way = (place: Place, asked: Question) => Promise<Distribution> | null;

/** The better comes first. Numbers of an exact summary are those of the activations, and less is read. */
const WAYS: readonly Way[] = [
  byExactSummary,
  byActivations,
  bySummary,
  byCodes
];

/**
 * The distribution of a class in a layer, in the best way that one of the places has.
 * Rejects with an UnavailableError when none can tell classes so.
 */
export async function measureIn(asked: Question): Promise<Distribution> {
  const { places, membership } = asked;
  for (const way of WAYS) {
    for (const place of places) {
      const answer = way(place, asked);
      if (answer !== null) {
        return answer;
      }
    }
  }
  throw unanswerable(places[0].layer, membership);
}

function byExactSummary(place: Place, asked: Question) {
  return isFine(place.layer) ? bySummary(place, asked) : null;
}

/** Whether a summary was made from all values, on the layer's own grid. */
function isFine({ summary }: OpenLayer): boolean {
  return summary !== null && summary.exact && summary.bins === FINE_BINS;
}

function bySummary({ opened, layer }: Place, asked: Question) {
  const { summary, neurons } = layer;
  return summary?.membership === asked.membership
    ? opened
        .summary(layer, summary)
        .then(found => summarised(found, neurons, asked.classIndex))
    : null;
}

function byActivations(place: Place, asked: Question) {
  const { opened, layer } = place;
  const { activations, codes } = layer;
  if (activations === null || !canGroup(opened.recording, asked.membership)) {
    return null;
  }
  const grid = gridIn([place, ...asked.places]);
  const whole = wholeReach(opened, layer, activations, asked);
  const { rows } = activations;
  const isHere = opened.hasCoded(whole.key);
  const group =
    grid === null || rows === null || isHere
      ? null
      : groupReach(opened, layer, { ...activations, rows }, asked);
  const reach = group ?? whole;
  const isTooMuch =
    codes !== null && !isHere && readBytes(reach.part) > asked.readLimitBytes;
  return isTooMuch ? null : measureReach(place, reach, whole, grid);
}

/** The grid of a layer where one is stored, to be read. */
function gridIn(places: readonly Place[]): (() => Promise<Grid>) | null {
  for (const { opened, layer } of places) {
    const part = layer.codes ?? (isFine(layer) ? layer.summary : null);
    if (part !== null) {
      return () => opened.grid(layer, part.grid);
    }
  }
  return null;
}

/** Where no grid is stored it takes all samples to make it. */
async function measureReach(
  { opened, layer }: Place,
  reach: Reach<Float32Array>,
  whole: Reach<Float32Array>,
  grid: (() => Promise<Grid>) | null
): Promise<Distribution> {
  if (grid !== null) {
    const coded = await opened.coded(layer, reach, grid);
    const kernels = await opened.kernels();
    const measured = measureValues(coded, reach.rows, kernels);
    if (isWithinGrid(measured)) {
      return measured;
    }
  }
  const coded = await opened.coded(layer, whole, null);
  return measureValues(coded, whole.rows, await opened.kernels());
}

function byCodes({ opened, layer }: Place, asked: Question) {
  const { codes } = layer;
  return codes !== null && canGroup(opened.recording, asked.membership)
    ? measureCoded({ opened, layer }, codes, asked)
    : null;
}

async function measureCoded(
  { opened, layer }: Place,
  codes: CodesPart,
  asked: Asked
): Promise<Distribution> {
  const whole = wholeReach(opened, layer, codes, asked);
  const reach =
    (opened.hasCodes(whole.key)
      ? null
      : groupReach(opened, layer, codes, asked)) ?? whole;
  const found = await opened.codes(layer, reach);
  return measureCodes(found, reach.rows, await opened.kernels());
}

function unanswerable(
  { name, activations, codes, summary }: OpenLayer,
  membership: Membership
): UnavailableError {
  return new UnavailableError(
    (activations ?? codes) === null
      ? `${name} holds only a summary by ${summary?.membership}, none by ${membership}`
      : `this recording cannot tell classes by ${membership}`,
    'membership'
  );
}
