import { outlineBlock } from '../../src/core/decode';
import type { Span } from '../../src/core/part';
import type { Recording } from '../../src/core/recording';
import type { DecodeText } from '../../src/core/safetensors';

/** All of the recording in a tensor block, at once. Arrays are views on `bytes` where they are aligned. */
export function decodeWhole(
  bytes: Uint8Array,
  decodeText: DecodeText
): Recording {
  const outline = outlineBlock(bytes, bytes.length, decodeText);
  const bytesOf = ({ begin, end }: Span) => bytes.subarray(begin, end);
  const { id, name, classes, instances, reduced, view } = outline;
  return {
    id,
    name,
    classes,
    instances,
    reduced,
    view,
    samples: outline.samples.make(bytesOf),
    layers: outline.layers.map(layer => ({
      ...layer,
      activations: layer.activations && layer.activations.make(bytesOf),
      codes: layer.codes && layer.codes.make(bytesOf),
      summary: layer.summary && layer.summary.make(bytesOf),
      instances: layer.instances.make(bytesOf)
    })),
    images: outline.images && outline.images.make(bytesOf)
  };
}
