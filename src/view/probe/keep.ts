import type { Instance } from '../../core/recording';
import { sameJson } from '../json';
import type { KeptImage } from '../keptImages';
import {
  canKeepPixels,
  freeKeptId,
  KEPT_AT_MOST,
  KEPT_NAME_CHARACTERS,
  pixelsToKeep,
  valuesToKeep
} from '../keptImages';
import type { Store } from '../store';
import { addKept } from '../update';
import { isSamePicture, pictureAt } from './edits';
import { predicted } from './answered';
import type { ProbeModel } from './model';

/** Why the picture of a probe is not kept: nothing changed, no answer yet, kept already, too many, or too large. */
export type KeepRefusal =
  'unchanged' | 'unanswered' | 'kept' | 'full' | 'large';

/** The instance of which a picture is kept as a change: never one that is such a change itself. */
export function originOf({ info }: Store, { instance }: ProbeModel): Instance {
  return info.instances.find(({ id }) => id === instance.of) ?? instance;
}

/** What an instance is a picture of: the name of a pair is followed by the role, as Python gives it. */
export function subjectName({ name, role }: Instance): string {
  return role === 'benign' ? name.replace(/ benign$/, '') : name;
}

/** Null: it can be kept. */
export function whyNotKept(
  store: Store,
  model: ProbeModel
): KeepRefusal | null {
  const { pixels, original } = model;
  if (isSamePicture(pixels, original)) {
    return 'unchanged';
  }
  const delta = deltaOf(store, model);
  const { kept, instances } = store.view;
  const known = sameOf(store, model, delta);
  if (known) {
    return instances.includes(known.id) ? 'kept' : null;
  }
  if (kept.length >= KEPT_AT_MOST) {
    return 'full';
  }
  if (!canKeepPixels(delta)) {
    return 'large';
  }
  return model.isAnswered ? null : 'unanswered';
}

/** The kept picture that is the one of a probe; null: none is. */
export function keptAlready(store: Store, model: ProbeModel): KeptImage | null {
  return sameOf(store, model, deltaOf(store, model)) ?? null;
}

/** Keep the picture of a probe with what the model says of it, or show that it is kept. One step that can be undone. */
export function keep(store: Store, model: ProbeModel, name: string): void {
  if (whyNotKept(store, model) !== null) {
    return;
  }
  const pixels = deltaOf(store, model);
  const known = sameOf(store, model, pixels);
  const { probabilities, rows } = model.now ?? {
    probabilities: null,
    rows: []
  };
  const image = known ?? {
    id: freeKeptId(store.info),
    name: name.slice(0, KEPT_NAME_CHARACTERS),
    of: originOf(store, model).id,
    pixels,
    ...predicted(probabilities),
    values: valuesToKeep(rows, store.info.layers)
  };
  if (!known && Object.keys(image.values).length === 0) {
    store.learn(image, rows);
  }
  store.update(view => addKept(view, image));
}

/** A name that no instance has: with a number where one has it. */
export function freeName({ info }: Store, wanted: string): string {
  const taken = new Set(info.instances.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) {
    name = `${wanted} ${number}`;
  }
  return name;
}

function sameOf(
  store: Store,
  model: ProbeModel,
  pixels: KeptImage['pixels']
): KeptImage | undefined {
  const of = originOf(store, model).id;
  return store.view.kept.find(
    one => one.of === of && sameJson(one.pixels, pixels)
  );
}

/** What changed since the picture of the origin. */
function deltaOf(store: Store, model: ProbeModel): KeptImage['pixels'] {
  const delta = deltas.get(model.pixels) ?? makeDelta(store, model);
  deltas.set(model.pixels, delta);
  return delta;
}

const deltas = new WeakMap<Uint8Array, KeptImage['pixels']>();

function makeDelta(store: Store, model: ProbeModel): KeptImage['pixels'] {
  const { images } = store.info;
  const { image } = originOf(store, model);
  const original =
    images === null || image === null
      ? model.original
      : pictureAt(images, image);
  return pixelsToKeep(model.pixels, original, model.size);
}
