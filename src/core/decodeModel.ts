import type { Model, ModelDescriptor, ModelPlan } from './model';
import type { Part } from './part';
import type { Block } from './safetensors';
import { findTensor, readFloats, type Ref } from './tensors';

/** The model of a recording, its weights not read yet. */
export type ModelOutline = ModelPlan & {
  readonly weightBytes: number;
  readonly whole: Part<Model>;
};

/** Finds the weights. Throws DecodeError. */
export function planModel(
  { weights, ...plan }: ModelDescriptor,
  block: Block
): ModelOutline {
  const refs = weights.map(({ tensor }, i) =>
    findTensor(
      block,
      `model.weights[${i}].tensor`,
      tensor,
      ['F32'],
      block.tensors.get(tensor)?.shape ?? []
    )
  );
  const weightBytes = refs.reduce(
    (sum, { begin, end }) => sum + end - begin,
    0
  );
  return {
    ...plan,
    weightBytes,
    whole: {
      spans: refs,
      make: bytesOf => ({
        ...plan,
        weights: weights.map(({ name }, i) => ({ name, shape: refs[i].shape })),
        values: joined(refs, weightBytes, ref => readFloats(ref, bytesOf(ref)))
      })
    }
  };
}

function joined(
  refs: readonly Ref[],
  sizeBytes: number,
  read: (ref: Ref) => Float32Array
): Float32Array {
  const values = new Float32Array(sizeBytes / Float32Array.BYTES_PER_ELEMENT);
  let at = 0;
  for (const ref of refs) {
    const weight = read(ref);
    values.set(weight, at);
    at += weight.length;
  }
  return values;
}
