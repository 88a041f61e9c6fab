import { Widget } from '@lumino/widgets';
import { FINE_BINS, type Distribution } from '../../src/core/distribution';
import { fittedExtent } from '../../src/core/extent';
import { View } from '../../src/panels/view';
import { plainTexts as trans } from '../../src/page/translation';
import { Store } from '../../src/view/store';
import { defaultView, type ViewState } from '../../src/view/state';
import {
  setChoice,
  sortBy,
  toggleClass,
  toggleHidden
} from '../../src/view/update';
import { questionsBy } from '../../src/worker/ask';
import type { IEngine, RecordingInfo } from '../../src/worker/protocol';
import { NO_HOST as host } from '../../src/panels/context';

/** Milliseconds of script, and from the change to after the next frame. */
export type Row = {
  readonly what: string;
  readonly scriptMs: number;
  readonly scriptBestMs: number;
  readonly scriptP95Ms: number;
  readonly paintedMs: number;
  readonly frameP95Ms: number;
};

export type Sizes = {
  readonly neurons: number;
  readonly shown: number;
  readonly classes: number;
};

const LAYER = 'layer';
const WHEEL_PX = 100;

/** The browser's own: what it calls is not added up. */
const request = window.requestAnimationFrame.bind(window);
let callbackMs = 0;
timeCallbacks();

/** Times of what a person does in a view of a synthetic layer, mounted in this page. */
export async function drawing(sizes: Sizes, steps: number): Promise<Row[]> {
  const info = synthetic(sizes);
  const { engine, answer } = lateEngine(distributions(sizes));
  const start: ViewState = {
    ...defaultView(info),
    classes: Array.from({ length: sizes.shown }, (_, k) => k),
    classesAs: 'overlay'
  };
  const store = new Store(info, engine, start);
  const view = new View({ store, trans, host });
  Widget.attach(view, document.body);
  await frames(3);
  const rows = [
    await measured('first paint', 1, async () => {
      answer();
      await microtasks();
    })
  ];
  await frames(3);
  rows.push(...(await changes(store, sizes, steps)));
  rows.push(await measured('scroll by the wheel', steps, scroller()));
  store.update(v => setChoice(v, 'hidden', 'collapse'));
  await frames(2);
  rows.push(await measured('hide one, hidden left out', steps, hider(store)));
  store.update(v => hideMany(v, sizes.neurons));
  await frames(2);
  rows.push(await measured('hide one of half, left out', steps, hider(store)));
  store.update(v => setChoice(v, 'hidden', 'dim'));
  await frames(2);
  rows.push(await measured('hide one of half', steps, hider(store)));
  rows.push(await measured('scroll, half are hidden', steps, scroller()));
  view.dispose();
  store.dispose();
  return rows;
}

async function changes(
  store: Store,
  { shown }: Sizes,
  steps: number
): Promise<Row[]> {
  const change =
    (next: (view: ViewState, step: number) => ViewState) => (step: number) =>
      store.update(view => next(view, step));
  const alternate = <K extends 'classesAs' | 'axis' | 'scale'>(
    key: K,
    values: readonly ViewState[K][]
  ) => change((v, step) => ({ ...v, [key]: values[step % 2] }));
  const all = Array.from({ length: shown }, (_, k) => k);
  const rows: Row[] = [];
  for (const [what, times, run] of [
    [
      'sort by another median',
      steps,
      change((v, step) => sortBy(v, { class: step % shown }, null, false))
    ],
    ['reverse', steps, change(v => ({ ...v, descending: !v.descending }))],
    ['toggle a class', steps, change(v => toggleClass(v, shown - 1, all))],
    ['hide one', steps, hider(store)],
    ['overlay ↔ lanes', 20, alternate('classesAs', ['lanes', 'overlay'])],
    ['axis a neuron ↔ a layer', 20, alternate('axis', ['neuron', 'layer'])],
    ['opaque at the layer ↔ the row', 6, alternate('scale', ['layer', 'row'])]
  ] as const) {
    rows.push(await measured(what, times, run));
  }
  return rows;
}

function hider(store: Store): (step: number) => void {
  return step => store.update(v => toggleHidden(v, LAYER, step % 30));
}

function hideMany(view: ViewState, neurons: number): ViewState {
  const half = Array.from({ length: neurons / 2 }, (_, k) => 2 * k);
  const marks = { hidden: new Set(half), marked: new Set<number>() };
  return { ...view, neurons: new Map([[LAYER, marks]]) };
}

function scroller(): () => void {
  const node = document.querySelector('.nd-Graph-scroll');
  return () => node?.scrollBy(0, WHEEL_PX);
}

/** Runs `action` as often as wanted, a frame between. */
async function measured(
  what: string,
  times: number,
  action: (step: number) => void | Promise<void>
): Promise<Row> {
  const scripts: number[] = [];
  const painted: number[] = [];
  const intervals: number[] = [];
  for (let step = 0; step < times; step++) {
    const before = await frame();
    callbackMs = 0;
    const start = performance.now();
    await action(step);
    const ownMs = performance.now() - start;
    const next = await frame();
    await afterPaint();
    painted.push(performance.now() - start);
    scripts.push(ownMs + callbackMs);
    intervals.push(next - before);
  }
  return {
    what,
    scriptMs: quantile(scripts, 0.5),
    scriptBestMs: Math.min(...scripts),
    scriptP95Ms: quantile(scripts, 0.95),
    paintedMs: quantile(painted, 0.5),
    frameP95Ms: quantile(intervals, 0.95)
  };
}

/** All time that callbacks of the browser take is added up. */
function timeCallbacks(): void {
  const timed =
    <A extends unknown[]>(callback: (...args: A) => unknown) =>
    (...args: A): unknown => {
      const start = performance.now();
      const result = callback(...args);
      callbackMs += performance.now() - start;
      return result;
    };
  window.requestAnimationFrame = callback => request(timed(callback));
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const wrapped =
      typeof listener === 'function' ? timed(listener.bind(this)) : listener;
    listen.call(this, type, wrapped, options);
  };
}

function frame(): Promise<number> {
  return new Promise(resolve => request(resolve));
}

async function frames(count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    await frame();
  }
}

/** What is posted in a frame arrives after its paint. */
function afterPaint(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

async function microtasks(): Promise<void> {
  for (let k = 0; k < 50; k++) {
    await Promise.resolve();
  }
}

function quantile(numbers: number[], share: number): number {
  const sorted = numbers.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Answers nothing until it is told to. */
function lateEngine(answers: readonly Distribution[]) {
  const none = () =>
    Promise.reject(new Error('a synthetic recording is not opened'));
  let answer: () => void = () => undefined;
  const told = new Promise<void>(resolve => (answer = resolve));
  const engine: IEngine = {
    open: none,
    attach: none,
    ...questionsBy(none),
    distribution: async (_, subset) => {
      await told;
      return answers['classIndex' in subset ? subset.classIndex : 0];
    },
    dispose: () => undefined
  };
  return { engine, answer: () => answer() };
}

function synthetic({ neurons, classes }: Sizes): RecordingInfo {
  const sizes = new Uint32Array(classes).fill(SAMPLES);
  return {
    id: `${neurons}`,
    name: 'synthetic',
    sampleCount: classes * SAMPLES,
    classes: Array.from(sizes, (_, k) => ({ name: `class ${k}`, color: null })),
    layers: [
      {
        name: LAYER,
        neurons,
        kind: 'Linear',
        reduction: null,
        neuronNames: null,
        instances: new Float32Array(0),
        detail: 'summary'
      }
    ],
    instances: [],
    images: null,
    reduced: true,
    view: null,
    classSizes: { label: sizes, prediction: null, correct: null },
    groups: [],
    columns: [],
    model: null
  };
}

const SAMPLES = 1000;
const EXPONENT = -5;

/** Bells of counts around a median of each neuron's own, every second one cut off at zero. */
function distributions({ neurons, shown }: Sizes): Distribution[] {
  const random = randomNumbers(1);
  const grid = new Int32Array(2 * neurons);
  for (let neuron = 0; neuron < neurons; neuron++) {
    grid.set([EXPONENT, -FINE_BINS / 2], 2 * neuron);
  }
  const none = new Uint32Array(neurons);
  return Array.from({ length: shown }, () => {
    const counts = new Uint16Array(neurons * FINE_BINS);
    const of = () => new Float64Array(neurons);
    const [min, max, mean, q25, median, q75] = [
      of(),
      of(),
      of(),
      of(),
      of(),
      of()
    ];
    const zeros = new Uint32Array(neurons);
    for (let neuron = 0; neuron < neurons; neuron++) {
      const cut = neuron % 2 === 1;
      const middle = FINE_BINS / 2 + Math.floor((random() - 0.5) * 60);
      for (let k = -40; k <= 40; k++) {
        const bin = Math.max(middle + k, cut ? FINE_BINS / 2 : 0);
        const count = Math.round(25 * Math.exp((-k * k) / 300));
        counts[neuron * FINE_BINS + bin] += count;
        zeros[neuron] += cut && bin === FINE_BINS / 2 ? count : 0;
      }
      const value = (bin: number) =>
        Math.max(
          (bin - FINE_BINS / 2 + random()) * 2 ** EXPONENT,
          cut ? 0 : -Infinity
        );
      min[neuron] = value(middle - 40);
      q25[neuron] = value(middle - 8);
      mean[neuron] = median[neuron] = value(middle);
      q75[neuron] = value(middle + 8);
      max[neuron] = value(middle + 39);
    }
    return {
      size: SAMPLES,
      bins: FINE_BINS,
      grid,
      counts,
      zeros,
      nan: none,
      posinf: none,
      neginf: none,
      min,
      max,
      mean,
      q25,
      median,
      q75,
      fitted: fittedExtent({ bins: FINE_BINS, grid, counts, min, max }),
      exact: true,
      quantileBound: 0
    };
  });
}

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

Object.assign(window, { drawing });
