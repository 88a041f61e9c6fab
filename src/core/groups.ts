import { UnavailableError } from './errors';
import type { Span } from './part';
import type { Membership, Samples } from './recording';

/** What puts samples into classes. */
type Known = Pick<Samples, 'labels' | 'predictions'>;

/** The samples of each class: class g owns rows[starts[g] … starts[g + 1]). */
export type Groups = {
  /** Sample indices, by class, in data order within one. */
  readonly rows: Uint32Array;
  /** [classes + 1] */
  readonly starts: Uint32Array;
};

/**
 * Sample indices sorted by class (a counting sort). Samples without a class are left out.
 * Throws UnavailableError when the recording lacks the labels or predictions that `membership` needs.
 */
export function groupSamples(
  samples: Known,
  membership: Membership,
  classCount: number
): Groups {
  const classOf = membersOf(samples, membership);
  const starts = new Uint32Array(classCount + 1);
  for (let sample = 0; sample < classOf.length; sample++) {
    if (classOf[sample] >= 0) {
      starts[classOf[sample] + 1]++;
    }
  }
  for (let g = 0; g < classCount; g++) {
    starts[g + 1] += starts[g];
  }
  const next = starts.slice();
  const rows = new Uint32Array(starts[classCount]);
  for (let sample = 0; sample < classOf.length; sample++) {
    if (classOf[sample] >= 0) {
      rows[next[classOf[sample]]++] = sample;
    }
  }
  return { rows, starts };
}

/** The samples of one class. */
export function rowsOf(
  { rows, starts }: Groups,
  classIndex: number
): Uint32Array {
  return rows.subarray(starts[classIndex], starts[classIndex + 1]);
}

/** The runs of samples that lie side by side, from rows in data order; null when they are more than `limit`. */
export function runsOf(rows: Uint32Array, limit: number): Span[] | null {
  const runs: { begin: number; end: number }[] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last?.end === row) {
      last.end++;
    } else if (runs.length === limit) {
      return null;
    } else {
      runs.push({ begin: row, end: row + 1 });
    }
  }
  return runs;
}

/** Where each of `some` rows is among `all`; both in data order. */
export function placesIn(all: Uint32Array, some: Uint32Array): Uint32Array {
  let place = 0;
  return some.map(row => {
    while (all[place] < row) {
      place++;
    }
    return place;
  });
}

/** Samples per class; [classes]. */
export function groupSizes({ starts }: Groups): Uint32Array {
  return starts.slice(1).map((end, g) => end - starts[g]);
}

/** Class of each sample, −1 = none. Throws as `groupSamples`. */
export function membersOf(samples: Known, membership: Membership): Int32Array {
  const { labels, predictions } = samples;
  switch (membership) {
    case 'label':
      return known(labels, 'labels');
    case 'prediction':
      return known(predictions, 'predictions');
    case 'correct': {
      const predicted = known(predictions, 'predictions');
      return known(labels, 'labels').map((label, sample) =>
        label === predicted[sample] ? label : -1
      );
    }
  }
}

function known(members: Int32Array | null, what: string): Int32Array {
  if (members === null) {
    throw new UnavailableError(`this recording holds no ${what}`, 'membership');
  }
  return members;
}
