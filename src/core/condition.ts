/**
 * Which samples: a test that each sample of a recording passes or fails. JSON, as views hold it;
 * `docs/format.md` defines it. Values are finite; a bound that is null is open.
 */
export type Condition =
  /** The true class is one of these. */
  | { readonly label: readonly number[] }
  /** The predicted class is one of these. */
  | { readonly prediction: readonly number[] }
  /** The predicted class is the true one, or is not; samples without one of them fail. */
  | { readonly correct: boolean }
  /** A column of the recording has one of these texts. */
  | { readonly column: string; readonly in: readonly string[] }
  /** A column of numbers: from ≤ x < to. */
  | ({ readonly column: string } & Range)
  /** The activation of a neuron: from ≤ x < to. */
  | ({ readonly layer: string; readonly neuron: number } & Range)
  /** A group that the recording itself names, by its id. */
  | { readonly group: string }
  /** Samples by their rows. */
  | { readonly samples: readonly number[] }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export type Range = {
  readonly from: number | null;
  readonly to: number | null;
};

/** A group of samples that has a name, as recordings and views define them. */
export type Group = {
  /** No other group of the recording or the view has it. */
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`, or null: the palette decides. */
  readonly color: string | null;
  readonly where: Condition;
};
