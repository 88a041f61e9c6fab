import type { Condition } from './condition';
import { MEMBERSHIPS, type Membership } from './recording';

/** A condition as classes: what counts by class can answer. */
export type Chosen = {
  readonly classes: readonly number[];
  /** Samples that have no class pass as well. */
  readonly others: boolean;
};

/** Which classes of a membership pass, as a whole; null where a condition parts a class. */
export function classesIn(
  condition: Condition,
  membership: Membership,
  classCount: number
): Chosen | null {
  const knownOf = KNOWN[membership];
  const others = truthOf(condition, knownOf(-1));
  const classes: number[] = [];
  for (let g = 0; g < classCount; g++) {
    const passes = truthOf(condition, knownOf(g));
    if (passes === null || others === null) {
      return null;
    }
    if (passes) {
      classes.push(g);
    }
  }
  return others === null ? null : { classes, others };
}

/** The class that a condition chooses, where it chooses just one. */
export function classOf(
  condition: Condition,
  classCount: number
): { readonly classIndex: number; readonly membership: Membership } | null {
  for (const membership of MEMBERSHIPS) {
    const chosen = classesIn(condition, membership, classCount);
    if (chosen?.classes.length === 1 && !chosen.others) {
      return { classIndex: chosen.classes[0], membership };
    }
  }
  return null;
}

/** What is known of all samples that a membership puts into one class; −1: into none. Null: not known. */
type Known = {
  readonly label: number | null;
  readonly prediction: number | null;
  /** Whether `{correct: wanted}` passes. */
  readonly correct: (wanted: boolean) => boolean | null;
};

const KNOWN: Readonly<Record<Membership, (g: number) => Known>> = {
  label: g => ({
    label: g,
    prediction: null,
    correct: () => (g < 0 ? false : null)
  }),
  prediction: g => ({
    label: null,
    prediction: g,
    correct: () => (g < 0 ? false : null)
  }),
  correct: g =>
    g < 0
      ? {
          label: null,
          prediction: null,
          correct: wanted => (wanted ? false : null)
        }
      : { label: g, prediction: g, correct: wanted => wanted }
};

/** Whether all such samples pass, or none; null where some may. */
function truthOf(condition: Condition, known: Known): boolean | null {
  if ('label' in condition) {
    return known.label === null ? null : condition.label.includes(known.label);
  }
  if ('prediction' in condition) {
    return known.prediction === null
      ? null
      : condition.prediction.includes(known.prediction);
  }
  if ('correct' in condition) {
    return known.correct(condition.correct);
  }
  if ('all' in condition) {
    return both(condition.all.map(part => truthOf(part, known)));
  }
  if ('any' in condition) {
    return not(both(condition.any.map(part => not(truthOf(part, known)))));
  }
  return 'not' in condition ? not(truthOf(condition.not, known)) : null;
}

function both(truths: readonly (boolean | null)[]): boolean | null {
  return truths.includes(false) ? false : truths.includes(null) ? null : true;
}

function not(truth: boolean | null): boolean | null {
  return truth === null ? null : !truth;
}
