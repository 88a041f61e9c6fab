import type * as tf from '@tensorflow/tfjs-core';
import { ModelError } from '../../core/errors';
import { quoted } from '../../core/shown';
import type { GraphNode } from './graph';

/** What an operation puts out; whole numbers, as those of shapes, are here at once. */
export type Value = tf.Tensor | readonly number[];

/** An operation with its operands: no value of it may have more than `limit` numbers. */
export class Call {
  constructor(
    readonly node: GraphNode,
    private readonly inputs: readonly Value[],
    private readonly limit: number
  ) {}

  get attributes(): GraphNode['attributes'] {
    return this.node.attributes;
  }

  get values(): readonly Value[] {
    return this.inputs;
  }

  get isOfInts(): boolean {
    return this.inputs.every(isInts);
  }

  tensor(at: number): tf.Tensor {
    const value = this.inputs.at(at);
    if (value === undefined || isInts(value)) {
      throw this.refused('an operand');
    }
    return value;
  }

  ints(at: number): readonly number[] {
    const value = this.inputs.at(at);
    if (value === undefined || !isInts(value)) {
      throw this.refused('an operand that has to be known beforehand');
    }
    return value;
  }

  int(at: number): number {
    return this.ints(at)[0];
  }

  /** Throws a ModelError where so many numbers would be too many. */
  allow(...sizes: readonly number[]): void {
    const count = sizes.reduce((all, size) => all * size, 1);
    if (!(count <= this.limit)) {
      throw new ModelError(
        'size',
        `operation ${quoted(this.node.name)} computes ${count} values, the limit is ${this.limit}`
      );
    }
  }

  refused(what: string): ModelError {
    return new ModelError(
      'layer',
      `${what} of ${this.node.op} cannot be run here (operation ${quoted(this.node.name)})`
    );
  }
}

export function isInts(value: Value): value is readonly number[] {
  return Array.isArray(value);
}
