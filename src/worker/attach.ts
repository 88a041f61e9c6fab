import { DecodeError, ReadError } from '../core/errors';
import type { OpenLayer, OpenRecording } from '../core/open';
import { quoted } from '../core/shown';
import { fileNameOf } from './fileName';
import type { Carried } from './protocol';

/**
 * A recording found elsewhere, its layers in the order of `opened`. Throws a ReadError when it is not the
 * recording `id`, a DecodeError that says what differs when it is not shaped like `opened`.
 */
export function fittingRecording(
  found: OpenRecording,
  opened: OpenRecording,
  carried: Carried,
  id: string
): OpenRecording {
  if (found.id !== id) {
    throw new ReadError(nameOf(carried), 'changed');
  }
  checkSame('samples.count', found.samples.count, opened.samples.count);
  checkSame('classes', found.classes.length, opened.classes.length);
  checkSame('instances', found.instances.length, opened.instances.length);
  const layers = opened.layers.map((layer, i) =>
    fittingLayer(found.layers, layer, i)
  );
  return { ...found, layers };
}

/** Layers may share a name: the one at the same place is meant. */
function fittingLayer(
  found: readonly OpenLayer[],
  { name, neurons }: OpenLayer,
  index: number
): OpenLayer {
  const isNamed = (layer: OpenLayer | undefined) => layer?.name === name;
  const layer = isNamed(found.at(index))
    ? found.at(index)
    : found.find(isNamed);
  if (layer === undefined) {
    throw new DecodeError('layers', `there is no ${quoted(name)}`);
  }
  const path = `layers[${found.indexOf(layer)}].neurons`;
  checkSame(path, layer.neurons, neurons);
  return layer;
}

function checkSame(path: string, found: number, expected: number): void {
  if (found !== expected) {
    throw new DecodeError(path, `${found}, but ${expected} in the notebook`);
  }
}

/** What errors call a file. */
export function nameOf(carried: Carried): string {
  switch (carried.kind) {
    case 'url':
      return fileNameOf(carried.url);
    case 'port':
      return carried.name;
    default:
      return '';
  }
}
