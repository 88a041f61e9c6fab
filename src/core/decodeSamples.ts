import type {
  ColumnDescriptor,
  Descriptor,
  GroupDescriptor
} from './descriptor';
import { DecodeError } from './errors';
import { allParts, known, type Part } from './part';
import type { Column, RecordedGroup, Samples } from './recording';
import type { Block } from './safetensors';
import {
  findTensor,
  readDoubles,
  readIndices,
  readPermutation,
  tensorPart,
  type Ref
} from './tensors';

/** What is known of the samples, one by one. */
export function planSamples(
  { samples, classes, groups }: Descriptor,
  block: Block
): Part<Samples> {
  const { count } = samples;
  const classPart = (key: 'labels' | 'predictions') =>
    indexPart(block, `samples.${key}`, samples[key], count, classes.length);
  const parts = {
    labels: classPart('labels'),
    predictions: classPart('predictions'),
    order: orderPart(block, samples.order, count),
    columns: allParts(
      samples.columns.map((column, i) =>
        columnPart(block, `samples.columns[${i}].tensor`, column, count)
      )
    ),
    groups: allParts(
      groups.map((group, i) =>
        groupPart(block, `groups[${i}].tensor`, group, count)
      )
    )
  };
  return {
    spans: Object.values(parts).flatMap(({ spans }) => spans),
    make: bytesOf => ({
      count,
      labels: parts.labels.make(bytesOf),
      predictions: parts.predictions.make(bytesOf),
      order: parts.order.make(bytesOf),
      columns: parts.columns.make(bytesOf),
      groups: parts.groups.make(bytesOf)
    })
  };
}

function indexPart(
  block: Block,
  path: string,
  name: string | null,
  count: number,
  end: number
): Part<Int32Array | null> {
  return name === null
    ? known(null)
    : tensorPart(
        findTensor(block, path, name, ['I32'], [count]),
        (ref, bytes) => readIndices(ref, bytes, end)
      );
}

/** How the author counts the samples. */
function orderPart(
  block: Block,
  name: string | null,
  count: number
): Part<Int32Array | null> {
  return name === null
    ? known(null)
    : tensorPart(
        findTensor(block, 'samples.order', name, ['I32'], [count]),
        readPermutation
      );
}

function columnPart(
  block: Block,
  path: string,
  { name, tensor, categories }: ColumnDescriptor,
  count: number
): Part<Column> {
  const dtypes =
    categories === null ? (['F32', 'F64'] as const) : (['I32'] as const);
  return tensorPart(
    findTensor(block, path, tensor, dtypes, [count]),
    (ref, bytes) => ({
      name,
      categories,
      values:
        categories === null
          ? readDoubles(ref, bytes)
          : readIndices(ref, bytes, categories.length)
    })
  );
}

function groupPart(
  block: Block,
  path: string,
  { id, name, color, tensor }: GroupDescriptor,
  count: number
): Part<RecordedGroup> {
  return tensorPart(
    findTensor(block, path, tensor, ['U8'], [Math.ceil(count / 8)]),
    (ref, bytes) => ({ id, name, color, mask: readMask(ref, bytes, count) })
  );
}

/** Bits, the lowest of a byte first; none above `count`. */
function readMask({ path }: Ref, bytes: Uint8Array, count: number): Uint8Array {
  if (count % 8 !== 0 && bytes[bytes.length - 1] >> (count % 8) !== 0) {
    throw new DecodeError(path, `a sample above the last, ${count - 1}`);
  }
  return bytes;
}
