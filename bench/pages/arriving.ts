import { codeLayer, measureCodes, measureValues } from '../../src/core/measure';
import type { Distribution } from '../../src/core/distribution';
import { defaultView, type ViewState } from '../../src/view/state';
import { Store } from '../../src/view/store';
import { questionsBy } from '../../src/worker/ask';
import { connectEngine } from '../../src/worker/client';
import { kernelBytes } from '../../src/worker/kernelBytes';
import type {
  Carried,
  IEngine,
  RecordingInfo
} from '../../src/worker/protocol';
import { wasmKernels } from '../../src/worker/wasmKernels';
import { randomNumbers, synthetic } from './activations';
import { mount, painted } from './mount';

export type Way = 'block' | 'url';

/** Milliseconds until the engine has opened it, has answered one question, and until all is on the page. */
export type Arrival = {
  readonly opened: number;
  readonly answered: number;
  readonly painted: number;
};

/**
 * From a recording to its picture, once in a fresh page and then again and again, each with a
 * worker of its own. By `block` its bytes are in the page, by `url` the worker reads them from a server.
 */
export async function arriving(
  way: Way,
  file: string,
  shown: number,
  times: number
): Promise<Arrival[]> {
  const url = new URL(file, location.href).href;
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const all: Arrival[] = [];
  for (let time = 0; time < times; time++) {
    const carried: Carried =
      way === 'block'
        ? { kind: 'block', bytes: bytes.slice() }
        : { kind: 'url', url, headers: {}, format: 'block' };
    const start = performance.now();
    const engine = connectEngine();
    const info = await engine.open(carried);
    const opened = performance.now();
    await engine.distribution(0, {
      classIndex: 0,
      membership: 'label'
    });
    const answered = performance.now();
    const store = new Store(info, engine, viewOf(info, shown));
    const view = mount(store);
    const end = await painted();
    all.push({
      opened: opened - start,
      answered: answered - start,
      painted: end - start
    });
    view.dispose();
    store.dispose();
  }
  return all;
}

/**
 * Milliseconds from each step of a bracket that is dragged until all graphs show the selection, and the rest of the
 * samples or the first two classes beside it. The real engine counts, in its worker.
 */
export async function dragging(
  file: string,
  against: 'rest' | 'shown',
  times: number
): Promise<number[]> {
  const url = new URL(file, location.href).href;
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const engine = connectEngine();
  const info = await engine.open({ kind: 'block', bytes });
  const [{ name: layer }] = info.layers;
  const { values } = await engine.values(0, 0);
  const sorted = values.slice().sort();
  const at = (share: number) => sorted[Math.floor(share * sorted.length)];
  const brushed = (view: ViewState, share: number): ViewState => ({
    ...view,
    brush: {
      where: { layer, neuron: 0, from: at(share), to: null },
      against
    }
  });
  const store = new Store(info, engine, brushed(viewOf(info, 2), 0.5));
  const view = mount(store);
  await painted();
  const all: number[] = [];
  store.follow(true);
  for (let step = 0; step <= times; step++) {
    const start = performance.now();
    // From a selection of nearly all samples to one of few.
    store.amend(brushed(store.view, 0.05 + (0.9 * step) / (times + 1)));
    all.push((await painted()) - start);
  }
  view.dispose();
  store.dispose();
  // The first one begins to follow.
  return all.slice(1);
}

function viewOf(info: RecordingInfo, shown: number): ViewState {
  const classes = Array.from({ length: shown }, (_, k) => k);
  return { ...defaultView(info), classes, classesAs: 'overlay' };
}

/** Milliseconds to count another random half of the samples and to show it, and of that until it was counted. */
export async function brushing(
  samples: number,
  neurons: number,
  isExact: boolean,
  times: number
): Promise<{ painted: number[]; counted: number[] }> {
  const kernels = await wasmKernels(await kernelBytes());
  const values = synthetic(samples, neurons);
  const layer = { neurons, instances: new Float32Array(0) };
  const coded = codeLayer(values, layer, kernels);
  const random = randomNumbers();
  const counted: number[] = [];
  const engine = engineOf(() => {
    const rows = Uint32Array.from({ length: samples }, (_, i) => i).filter(
      () => random() < 0.5
    );
    const start = performance.now();
    const found = isExact
      ? measureValues(coded, rows, kernels)
      : measureCodes(coded, rows, kernels);
    counted.push(performance.now() - start);
    return found;
  });
  const info = infoOf(samples, neurons, times + 1);
  const store = new Store(info, engine, viewOf(info, 1));
  const view = mount(store);
  await painted();
  const all: number[] = [];
  for (let brush = 1; brush <= times; brush++) {
    const start = performance.now();
    store.update(v => ({ ...v, classes: [brush] }));
    all.push((await painted()) - start);
  }
  view.dispose();
  store.dispose();
  return { painted: all, counted: counted.slice(1) };
}

function engineOf(measure: () => Distribution): IEngine {
  const none = () => Promise.reject(new Error('there is nothing to open'));
  return {
    open: none,
    attach: none,
    ...questionsBy(none),
    distribution: async () => measure(),
    dispose: () => undefined
  };
}

/** A class for every brush, so that no answer is one that was kept. */
function infoOf(
  samples: number,
  neurons: number,
  brushes: number
): RecordingInfo {
  const sizes = new Uint32Array(brushes).fill(samples / 2);
  return {
    id: 'brushed',
    name: 'brushed',
    sampleCount: samples,
    classes: Array.from(sizes, (_, k) => ({ name: `brush ${k}`, color: null })),
    layers: [
      {
        name: 'layer',
        neurons,
        kind: 'Linear',
        reduction: null,
        neuronNames: null,
        instances: new Float32Array(0),
        detail: 'activations'
      }
    ],
    instances: [],
    images: null,
    reduced: false,
    view: null,
    classSizes: { label: sizes, prediction: null, correct: null },
    groups: [],
    columns: [],
    model: null
  };
}

Object.assign(window, { arriving, brushing, dragging });
