import { startNetwork } from '../../src/probe/backends';
import { browserBackends } from '../../src/probe/browserBackends';
import { openProbe } from '../../src/probe/client';
import type {
  AttackOrder,
  Found,
  IProbe,
  Response
} from '../../src/probe/engine';
import { bytesAt, modelOf, type Part, type Task } from './task';

type Outcome = {
  readonly what: string;
  readonly images: number;
  /** Largest differences, relative to the largest magnitude. */
  readonly probabilities: number;
  readonly layers: readonly number[];
  /** Images of the same predicted class. */
  readonly samePrediction: number;
  /** For an image, all at once. */
  readonly msEach: number;
};

type Report = Found & {
  readonly openMs: number;
  readonly parts: readonly Outcome[];
  /** One image, all layers: median, and the largest of nine in ten. */
  readonly oneMs: readonly [median: number, most: number];
};

const ALONE = 100;
const AT_ONCE = 500;

/** Pictures of a file that are attacked, with the classes that they have and are called. */
export type Victims = {
  readonly images: string;
  readonly rows: readonly number[];
  readonly labels: readonly number[];
};

/** One-pixel attacks as in the paper, each within a limit of time, and attacks in one step along the gradient. */
type Attacks = {
  readonly backend: string;
  readonly pixels: readonly Attack[];
  readonly strengths: readonly number[];
  /** For each strength, how many pictures are called something else. */
  readonly uphill: readonly number[];
  /** For a picture, of all strengths. */
  readonly uphillMs: number;
};

type Attack = {
  readonly success: boolean;
  readonly aborted: boolean;
  readonly evaluations: number;
  readonly ms: number;
};

/** Runs a task on one backend in place, or in the worker that chooses for itself. */
export async function probe(
  task: Task,
  backend: string | null
): Promise<Report> {
  const begun = performance.now();
  const engine = await opened(task, backend);
  const openMs = performance.now() - begun;
  const parts: Outcome[] = [];
  for (const part of task.parts) {
    parts.push(await compared(engine, part));
  }
  const oneMs = await timesAlone(engine, task);
  engine.dispose();
  return { ...engine.found, openMs, parts, oneMs };
}

const STRENGTHS = [1, 2, 4, 8, 16];

/** Attacks pictures on one backend in place, or in the worker that chooses for itself. */
export async function attack(
  task: Task,
  backend: string | null,
  { images, rows, labels }: Victims,
  limitMs: number
): Promise<Attacks> {
  const engine = await opened(task, backend);
  const { height, width, channels } = engine.found.picture;
  const size = height * width * channels;
  const all = await bytesAt(images);
  const pixels: Attack[] = [];
  const uphill = STRENGTHS.map(() => 0);
  let uphillMs = 0;
  for (const [i, row] of rows.entries()) {
    const picture = all.slice(row * size, (row + 1) * size);
    const goal = { label: labels[i], target: null };
    const run = async (order: AttackOrder) => {
      const begun = performance.now();
      const limit = AbortSignal.timeout(limitMs);
      const found = await engine.attack(picture, order, () => undefined, limit);
      return { ...found, ms: performance.now() - begun };
    };
    const { success, ended, evaluations, ms } = await run({
      ...{ ...goal, kind: 'pixels', count: 1, population: 400 },
      ...{ generations: 75, seed: row }
    });
    const aborted = ended === 'aborted';
    pixels.push({ success: success[0], aborted, evaluations, ms });
    const steps = await run({ ...goal, kind: 'fgsm', strengths: STRENGTHS });
    steps.success.forEach((reached, k) => (uphill[k] += reached ? 1 : 0));
    uphillMs += steps.ms / rows.length;
  }
  engine.dispose();
  const { backend: chosen } = engine.found;
  return { backend: chosen, pixels, strengths: STRENGTHS, uphill, uphillMs };
}

async function opened(task: Task, backend: string | null): Promise<IProbe> {
  const probed = { model: await modelOf(task), subject: task.subject };
  return backend === null
    ? openProbe(probed)
    : startNetwork(
        probed,
        browserBackends.filter(({ name }) => name === backend)
      );
}

async function floatsAt(url: string): Promise<Float32Array> {
  return new Float32Array((await bytesAt(url)).buffer as ArrayBuffer);
}

async function compared(engine: IProbe, part: Part): Promise<Outcome> {
  const images = await bytesAt(part.images);
  const layers = part.layers.map((_, i) => i);
  const begun = performance.now();
  const { probabilities, layers: values } = await inParts(
    engine,
    images,
    layers
  );
  const ms = performance.now() - begun;
  const predictions = new Int32Array(
    (await bytesAt(part.predictions)).buffer as ArrayBuffer
  );
  const found = probabilities ?? new Float32Array(0);
  const classes = found.length / predictions.length;
  const largest = async (made: Float32Array, file: string) =>
    difference(made, await floatsAt(file));
  return {
    what: part.what,
    images: predictions.length,
    probabilities: await largest(found, part.probabilities),
    layers: await Promise.all(
      values.map((made, i) => largest(made, part.layers[i]))
    ),
    samePrediction: predictions.filter(
      (prediction, i) =>
        prediction === largestOf(found.subarray(i * classes, (i + 1) * classes))
    ).length,
    msEach: ms / predictions.length
  };
}

/** As one run, in pieces that the slowest backend answers in time. */
async function inParts(
  engine: IProbe,
  images: Uint8Array,
  layers: readonly number[]
): Promise<Response> {
  const { height, width, channels } = engine.found.picture;
  const step = AT_ONCE * height * width * channels;
  const parts: Response[] = [];
  for (let begin = 0; begin < images.length; begin += step) {
    const part = images.slice(begin, begin + step);
    parts.push(await engine.run(part, layers));
  }
  const joined = (of: (part: Response) => Float32Array | null) =>
    Float32Array.from(parts.flatMap(part => [...(of(part) ?? [])]));
  return {
    probabilities: joined(part => part.probabilities),
    layers: layers.map((_, i) => joined(part => part.layers[i]))
  };
}

/** Relative to the largest magnitude that is stored. */
function difference(made: Float32Array, stored: Float32Array): number {
  if (made.length !== stored.length) {
    throw new Error(`${made.length} values, expected ${stored.length}`);
  }
  const most = (of: (x: number, i: number) => number) =>
    stored.reduce((largest, x, i) => Math.max(largest, of(x, i)), 0);
  return most((x, i) => Math.abs(x - made[i])) / most(Math.abs);
}

function largestOf(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

async function timesAlone(
  engine: IProbe,
  { parts, subject }: Task
): Promise<[median: number, most: number]> {
  const { height, width, channels } = engine.found.picture;
  const image = (await bytesAt(parts[0].images)).slice(
    0,
    height * width * channels
  );
  const layers = subject.layers.map((_, i) => i);
  const times: number[] = [];
  for (let i = 0; i < ALONE; i++) {
    image[i % image.length] ^= 255;
    const begun = performance.now();
    await engine.run(image, layers);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return [times[ALONE / 2], times[ALONE * 0.9]];
}

Object.assign(window, { probe, attack });
