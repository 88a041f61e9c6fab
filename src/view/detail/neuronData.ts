import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Distribution } from '../../core/distribution';
import type { LayerValues } from '../../core/divergence/columns';
import type { Estimates } from '../../core/divergence/compare';
import { oneVersusRestValues } from '../../core/divergence/oneVersusRest';
import type { Groups } from '../../core/groups';
import { gridOf } from '../../core/grid';
import { groupSamples, rowsOf } from '../../core/groups';
import { typescriptKernels } from '../../core/kernels';
import type { Measured } from '../../core/neuron/column';
import type { Estimate } from '../../core/neuron/statistics';
import {
  measuredCounts,
  measuredValues,
  ofNeuron
} from '../../core/neuron/column';
import type { Membership } from '../../core/recording';
import type {
  Answering,
  NeuronValues,
  RecordingInfo,
  SampleClasses,
  Subset
} from '../../worker/protocol';
import type { Store } from '../store';
import { instanceValues } from '../figure';
import type { Compared } from './divergences';
import type { NeuronPlace } from './state';

/** Puts questions, as a store does. */
export type Asking = Pick<Store, 'ask'>;

type Question<T> = (engine: Answering, signal: AbortSignal) => Promise<T>;

/** Whether the activations of the samples are here. */
export type ValuesState = 'waiting' | 'here' | 'summary' | 'failed';

/**
 * What is known of one neuron, from the best that there is: its activations, else counts. A question is asked
 * when its answer is first wanted; until it comes there is null, and `changed` tells that it came.
 */
export class NeuronData implements IDisposable {
  constructor(
    private readonly asking: Asking,
    readonly info: RecordingInfo,
    readonly layerIndex: number,
    readonly neuron: number,
    /** A distribution that is here already. */
    private readonly known: (subset: Subset) => Distribution | null
  ) {
    if (info.layers[layerIndex].detail === 'summary') {
      this.valuesState = 'summary';
    } else {
      void this.load();
    }
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get place(): NeuronPlace {
    const { info, layerIndex, neuron } = this;
    return { layer: info.layers[layerIndex].name, neuron };
  }

  get state(): ValuesState {
    return this.valuesState;
  }

  /** Why something could not be had, or null. */
  get error(): unknown {
    return this.failure;
  }

  /** The activation of each sample; a bin's centre where it is not `isExact`. */
  get values(): Float32Array | null {
    return this.found?.values ?? null;
  }

  get isExact(): boolean {
    return this.found?.exact ?? false;
  }

  get samples(): SampleClasses | null {
    return this.classes;
  }

  /** The samples of a group, ascending. */
  rows(subset: Subset): Uint32Array | null {
    if (this.values === null) {
      return null;
    }
    if ('where' in subset) {
      return this.answer('rows', subset, (engine, signal) =>
        engine.members(subset.where, signal)
      );
    }
    const { classIndex, membership } = subset;
    const groups = this.groups(membership);
    return (
      groups &&
      this.once(`rows:${classIndex}:${membership}`, () =>
        rowsOf(groups, classIndex)
      )
    );
  }

  /** The neuron in a group: exact as soon as its values are here. */
  measured(subset: Subset): Measured | null {
    const rows = this.isExact ? this.rows(subset) : null;
    const from = rows ?? this.distribution(subset);
    if (from === null) {
      return null;
    }
    const key = JSON.stringify(subset);
    const made = this.made.get(key);
    if (made?.from === from) {
      return made.measured;
    }
    const measured =
      from instanceof Uint32Array
        ? measuredValues(this.values ?? new Float32Array(0), from)
        : measuredCounts(from, this.neuron);
    this.made.set(key, { from, measured });
    return measured;
  }

  /** What divergences of a group are computed from; both sides of one from the same. */
  compared(subset: Subset): Compared | null {
    const values = this.layerValues();
    if (values !== null) {
      const rows = this.rows(subset);
      return rows && { values, rows };
    }
    const distribution = this.distribution(subset);
    return distribution && { counts: ofNeuron(distribution, this.neuron) };
  }

  /** The same of all samples that have a class and are not in a group; null also where only counts are here. */
  comparedRest(subset: Subset | null, membership: Membership): Compared | null {
    const values = this.layerValues();
    const groups = values && this.groups(membership);
    const left = subset && this.rows(subset);
    if (!values || !groups || (subset && !left)) {
      return null;
    }
    const isOut = new Set(left);
    const rows = groups.rows.filter(row => !isOut.has(row)).sort();
    return { values, rows };
  }

  /** The AUC of all other classes → each class; exact from values, else from counts. */
  singledOut(membership: Membership): readonly Estimate[] | null {
    const { layerIndex, neuron, info } = this;
    const values = this.layerValues();
    if (values !== null) {
      const groups = this.groups(membership);
      return (
        groups &&
        this.once(`singled:${membership}`, () =>
          estimatesOf(
            oneVersusRestValues(
              values,
              info.classes.map((_, index) => rowsOf(groups, index))
            ),
            { neuron: 0, of: 1 }
          )
        )
      );
    }
    if (this.isWaiting) {
      return null;
    }
    const all = this.answer('singled', membership, (engine, signal) =>
      engine.oneVersusRest(layerIndex, membership, signal)
    );
    const { neurons } = info.layers[layerIndex];
    return (
      all &&
      this.once(`singled:${membership}`, () =>
        estimatesOf(all, { neuron, of: neurons })
      )
    );
  }

  /** The samples of each class; null where they are not known. */
  groups(membership: Membership): Groups | null {
    const { classes, info } = this;
    return (
      classes &&
      this.once(`groups:${membership}`, () =>
        groupSamples(classes, membership, info.classes.length)
      )
    );
  }

  get isDisposed(): boolean {
    return this.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.aborter.abort();
      Signal.clearData(this);
    }
  }

  private get signal(): AbortSignal {
    return this.aborter.signal;
  }

  private get isWaiting(): boolean {
    return this.valuesState === 'waiting';
  }

  /** Counts while values are on their way, if they are here; asked for where values are not to be had. */
  private distribution(subset: Subset): Distribution | null {
    const here = this.known(subset);
    return (
      here ??
      (this.isWaiting || this.isExact
        ? null
        : this.answer('distribution', subset, (engine, signal) =>
            engine.distribution(this.layerIndex, subset, signal)
          ))
    );
  }

  private layerValues(): LayerValues | null {
    const { values, isExact, layerIndex, neuron, info } = this;
    return values !== null && isExact
      ? this.once('layer', () => ({
          values,
          grid: gridOf(
            values,
            1,
            Float32Array.from(
              info.instances,
              ({ id }) => instanceValues(info, layerIndex, id)?.[neuron] ?? NaN
            ),
            typescriptKernels
          )
        }))
      : null;
  }

  private async load(): Promise<void> {
    try {
      [this.found, this.classes] = await Promise.all([
        this.ask((engine, signal) =>
          engine.values(this.layerIndex, this.neuron, signal)
        ),
        this.ask((engine, signal) => engine.samples(signal))
      ]);
      this.valuesState = 'here';
    } catch (error) {
      this.valuesState = 'failed';
      this.failure = error;
    }
    this.tell();
  }

  private ask<T>(question: Question<T>): Promise<T> {
    return this.asking.ask(question, this.signal);
  }

  private answer<T>(
    what: string,
    about: unknown,
    question: Question<T>
  ): T | null {
    const key = `${what}:${JSON.stringify(about)}`;
    const answer = this.answers.get(key);
    if (answer === undefined) {
      this.answers.set(key, null);
      void this.wait(key, question);
    }
    return (answer ?? null) as T | null;
  }

  private async wait<T>(key: string, question: Question<T>): Promise<void> {
    try {
      this.answers.set(key, await this.ask(question));
    } catch (error) {
      this.failure = error;
    }
    this.tell();
  }

  private once<T>(key: string, make: () => T): T {
    if (!this.results.has(key)) {
      this.results.set(key, make());
    }
    return this.results.get(key) as T;
  }

  private tell(): void {
    if (!this.isDisposed) {
      this.changedSignal.emit();
    }
  }

  private valuesState: ValuesState = 'waiting';
  private failure: unknown = null;
  private found: NeuronValues | null = null;
  private classes: SampleClasses | null = null;
  private readonly answers = new Map<string, unknown>();
  private readonly results = new Map<string, unknown>();
  private readonly made = new Map<
    string,
    { readonly from: unknown; readonly measured: Measured }
  >();
  private readonly aborter = new AbortController();
  private readonly changedSignal = new Signal<this, void>(this);
}

/** Those of one neuron, from numbers of many; row-major [classes, neurons]. */
function estimatesOf(
  { values, bounds }: Estimates,
  { neuron, of }: { readonly neuron: number; readonly of: number }
): readonly Estimate[] {
  return Array.from({ length: values.length / of }, (_, index) => ({
    value: values[index * of + neuron],
    bound: bounds[index * of + neuron]
  }));
}
