import type { RecordingInfo } from '../worker/protocol';
import type { AddedInstance, Rows } from './added';
import { oneOf, withAdded } from './added';
import { AddedSamples } from './addedSamples';
import type { KeptImage } from './keptImages';
import { keptPicture, keptRows, namedInstance } from './keptImages';
import type { ViewState } from './state';

/** All instances that a view shows beside those of its recording: samples, pictures that it keeps, and the probe. */
export class AddedInstances {
  constructor(...told: ConstructorParameters<typeof AddedSamples>) {
    this.samples = new AddedSamples(...told);
  }

  readonly samples: AddedSamples;

  /** What is changed elsewhere and shown beside these; null: nothing. */
  probe: AddedInstance | null = null;

  /** What is known of a recording and these instances; the same object until more is. */
  extend(
    recording: RecordingInfo,
    { samples, kept }: Pick<ViewState, 'samples' | 'kept'>
  ): RecordingInfo {
    const known = samples.map(sample => this.samples.of(sample));
    const added = [
      ...known,
      ...kept.map(one => this.keptOf(one, recording, known)),
      ...(this.probe ? [this.probe] : [])
    ];
    const from = [recording, ...added];
    if (!this.memo || !isSame(from, this.memo.from)) {
      this.memo = { from, info: withAdded(recording, added) };
    }
    return this.memo.info;
  }

  /** The activations of a picture that is kept without them. */
  learn(kept: KeptImage, rows: Rows): void {
    this.learned = new Map(this.learned).set(textOf(kept), rows);
  }

  /** What was learned of one. */
  learnedOf(kept: KeptImage): Rows | undefined {
    return this.learned.get(textOf(kept));
  }

  private keptOf(
    kept: KeptImage,
    recording: RecordingInfo,
    samples: readonly AddedInstance[]
  ): AddedInstance {
    const sample = samples.find(({ instance }) => instance.id === kept.of);
    const from = [recording, sample, this.learned];
    const known = this.memos.get(kept);
    if (known && isSame(from, known.from)) {
      return known.added;
    }
    const rows = this.learnedOf(kept);
    const added = keptInstance(kept, recording, sample, rows);
    this.memos.set(kept, { from, added });
    return added;
  }

  private memo: {
    readonly from: readonly unknown[];
    readonly info: RecordingInfo;
  } | null = null;
  private readonly memos = new WeakMap<
    KeptImage,
    { readonly from: readonly unknown[]; readonly added: AddedInstance }
  >();
  private learned: ReadonlyMap<string, Rows> = new Map();
}

/** A picture that is kept, as an instance; `sample` is its original where that is one of the view. */
export function keptInstance(
  kept: KeptImage,
  recording: RecordingInfo,
  sample?: AddedInstance,
  rows: Rows = keptRows(kept, recording.layers)
): AddedInstance {
  const original = sample ?? recordedInstance(kept.of, recording);
  const { instance, image } = original ?? { instance: null, image: null };
  const pixels = image && keptPicture(kept, image.pixels, image);
  return {
    instance: { ...namedInstance(kept), label: instance?.label ?? null },
    image: image && pixels && { ...image, pixels },
    values: rows
  };
}

function recordedInstance(
  id: string,
  { instances, images }: RecordingInfo
): Pick<AddedInstance, 'instance' | 'image'> | undefined {
  const instance = instances.find(one => one.id === id);
  const { image: place } = instance ?? { image: null };
  return (
    instance && {
      instance,
      image: images && place !== null ? oneOf(images, place) : null
    }
  );
}

/** Says which picture it is. */
function textOf({ of, pixels }: KeptImage): string {
  return JSON.stringify([of, pixels]);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k]);
}
