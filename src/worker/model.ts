import type { Model } from '../core/model';
import type { Opened } from './opened';
import type { Around } from './places';
import type { ModelInfo } from './protocol';

/** Where the model of a recording is: an output that has none may have a file that has. */
function placeOf(everywhere: readonly Opened[]): Opened | undefined {
  return everywhere.find(({ recording }) => recording.model !== null);
}

export async function modelIn({ everywhere }: Around): Promise<Model | null> {
  const place = placeOf(everywhere);
  const model = place?.recording.model ?? null;
  return place && model ? place.read(model.whole) : null;
}

export function modelInfo(everywhere: readonly Opened[]): ModelInfo | null {
  const model = placeOf(everywhere)?.recording.model ?? null;
  return model && { weightBytes: model.weightBytes };
}
