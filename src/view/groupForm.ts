import type { Condition } from '../core/condition';
import type { RecordingInfo } from '../worker/protocol';

/** What a form asks of the samples of a group. Null: it does not matter. */
export type GroupForm = {
  /** Whether one of them is enough, or all must hold. */
  readonly any: boolean;
  readonly label: number | null;
  readonly prediction: number | null;
  readonly correct: boolean | null;
  /** By the name of a column: one of its texts, or from ≤ x < to. */
  readonly columns: ReadonlyMap<string, ColumnWish>;
  /** Ids of groups. */
  readonly inGroup: string | null;
  readonly notInGroup: string | null;
};

export type ColumnWish =
  | { readonly is: string }
  | { readonly from: number | null; readonly to: number | null };

export const EMPTY_FORM: GroupForm = {
  any: false,
  label: null,
  prediction: null,
  correct: null,
  columns: new Map(),
  inGroup: null,
  notInGroup: null
};

/** A group as a form may name it. */
type Named = {
  readonly id: string;
  readonly name: string;
  readonly where: Condition;
};

/** The samples that a form describes; null when it asks nothing of them. */
export function conditionOf(
  form: GroupForm,
  groups: readonly Named[]
): Condition | null {
  const whereOf = (id: string) => groups.find(g => g.id === id)?.where;
  const [inside, outside] = [form.inGroup, form.notInGroup].map(
    id => id !== null && whereOf(id)
  );
  const tests: readonly Condition[] = [
    ...(form.label === null ? [] : [{ label: [form.label] }]),
    ...(form.prediction === null ? [] : [{ prediction: [form.prediction] }]),
    ...(form.correct === null ? [] : [{ correct: form.correct }]),
    ...[...form.columns].flatMap(([column, wish]) => wished(column, wish)),
    ...(inside ? [inside] : []),
    ...(outside ? [{ not: outside }] : [])
  ];
  return tests.length === 0
    ? null
    : tests.length === 1
      ? tests[0]
      : form.any
        ? { any: tests }
        : { all: tests };
}

function wished(column: string, wish: ColumnWish): readonly Condition[] {
  if ('is' in wish) {
    return [{ column, in: [wish.is] }];
  }
  return wish.from === null && wish.to === null ? [] : [{ column, ...wish }];
}

/** A name for the group of a form, from what it asks: "cat → dog, split test". */
export function suggestedName(
  form: GroupForm,
  info: RecordingInfo,
  groups: readonly Named[],
  words: {
    readonly correct: string;
    readonly wrong: string;
    readonly not: (name: string) => string;
    readonly or: string;
  }
): string {
  const { any, label, prediction, correct, columns, inGroup, notInGroup } =
    form;
  const nameOf = (index: number) => info.classes[index]?.name ?? '';
  const groupName = (id: string) => groups.find(g => g.id === id)?.name ?? '';
  const own = label === null ? [] : [nameOf(label)];
  const predicted = prediction === null ? [] : [`→ ${nameOf(prediction)}`];
  // Both at once are written as one: "cat → dog".
  const arrow = any
    ? [...own, ...predicted]
    : [[...own, ...predicted].join(' ')].filter(text => text !== '');
  return [
    ...arrow,
    ...(correct === null ? [] : [correct ? words.correct : words.wrong]),
    ...[...columns].map(([column, wish]) =>
      'is' in wish
        ? `${column} ${wish.is}`
        : `${wish.from === null ? '' : `${wish.from} ≤ `}${column}${wish.to === null ? '' : ` < ${wish.to}`}`
    ),
    ...(inGroup === null ? [] : [groupName(inGroup)]),
    ...(notInGroup === null ? [] : [words.not(groupName(notInGroup))])
  ].join(any ? ` ${words.or} ` : ', ');
}
