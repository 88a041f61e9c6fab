import type { AttackGoal, Picture } from '../engine';

/** A model that is attacked. */
export type Attacked = {
  readonly picture: Picture;
  readonly classes: number;
  /** Pictures that are run at once. */
  readonly atOnce: number;
  /** What it says of pictures, row-major [pictures, classes]. */
  probabilities(pixels: Uint8Array): Promise<Float32Array>;
  /** Of pictures with values between whole ones, at most `atOnce`. */
  slope(pixels: Float32Array, goal: AttackGoal): Promise<Slope>;
};

/** Where a goal is uphill. */
export type Slope = {
  /** [pictures, height, width, channels]: of a function of the cross-entropy that grows with it and never levels off. */
  readonly uphill: Float32Array;
  /** What the model gives each picture for the target, else for the class to leave. */
  readonly confidences: Float32Array;
};

/** Channels of colour: the fourth is opacity. */
export function colorsOf({ channels }: Picture): number {
  return Math.min(channels, 3);
}

/** Whether the model says of a picture what the attack is after; `row` has a probability a class. */
export function isReached(
  row: Float32Array,
  { label, target }: AttackGoal
): boolean {
  const found = row.indexOf(Math.max(...row));
  return target === null
    ? found !== label && !Number.isNaN(row[0])
    : found === target;
}
