import type { ModelInput, ModelLayer } from '../../src/core/model';
import type { Subject } from '../../src/probe/engine';
import { readTfjsModel } from '../../src/probe/tfjsModel';

/** What is run, and what should come out; arrays are named by their files. */
export type Task = {
  /** Folder of `model.json`. */
  readonly model: string;
  readonly input: ModelInput;
  readonly layers: Readonly<Record<string, ModelLayer>>;
  readonly subject: Subject;
  readonly parts: readonly Part[];
};

export type Part = {
  readonly what: string;
  readonly images: string;
  readonly probabilities: string;
  readonly predictions: string;
  /** By recorded layer, in their order. */
  readonly layers: readonly string[];
};

export async function modelOf({ model: folder, input, layers }: Task) {
  const text = await (await fetch(`${folder}/model.json`)).text();
  const model = await readTfjsModel(text, async path =>
    bytesAt(`${folder}/${path}`)
  );
  return { ...model, input, layers: new Map(Object.entries(layers)) };
}

export async function bytesAt(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
