import { isInstanceKey } from '../core/divergence';
import type { Contrast } from '../core/scores';
import type {
  Answering,
  Compared,
  Estimated,
  RecordingInfo,
  Single
} from '../worker/protocol';
import { instanceValues } from './figure';
import type {
  Evidence,
  Findings,
  FindingsQuestion,
  Quartiles
} from './findings';
import {
  contrastOf,
  findingsOf,
  firstDivergence,
  isPossible,
  singledOut
} from './findings';
import { LayerAnswers } from './layerAnswers';
import type { ILooking } from './looking';
import type { Comparison } from './needs';
import { isComparison, isSingle, keyOf, needOf, singleIn } from './needs';
import { Watched } from './watched';

/** What is looked for, and what has been found so far: shared by all panels that look for the same. */
export class FindingsModel extends Watched {
  static of(looking: ILooking): FindingsModel {
    const known = models.get(looking) ?? new FindingsModel(looking);
    models.set(looking, known);
    return known;
  }

  /** What is compared: the user's choice, else what the view is about; null where there is nothing. */
  get contrast(): Contrast | null {
    const { info, view } = this.store;
    const { contrast } = this.looking.state;
    return contrast && isPossible(contrast, info, view)
      ? contrast
      : contrastOf(info, view);
  }

  get question(): FindingsQuestion {
    const { question } = this.looking.state;
    return this.isOfInstance && question === 'alike' ? 'most' : question;
  }

  /** Name of the only layer that is looked at; null: all. */
  get layer(): string | null {
    return this.looking.state.layer;
  }

  /** Compare these; the divergence is another one where it is not one of theirs. */
  compare(contrast: Contrast): void {
    const { a, b, divergence } = contrast;
    const isInstance = 'instance' in b;
    const fits = isInstanceKey(divergence) === isInstance;
    const { question } = this.looking.state;
    this.looking.change({
      contrast: {
        divergence: fits ? divergence : firstDivergence(isInstance),
        a,
        b
      },
      question: question === 'singled' ? 'most' : question
    });
  }

  lookFor(question: FindingsQuestion): void {
    this.looking.change({ question });
  }

  lookAt(layer: string | null): void {
    this.looking.change({ layer });
  }

  /** What is known so far; the same object until more is. */
  findings(): Findings {
    const { question } = this;
    const evidence = this.layers.flatMap(l => this.evidenceOf(l) ?? []);
    const divergence =
      question === 'singled' ? 'auc' : (this.contrast?.divergence ?? 'auc');
    const from = [
      question,
      divergence,
      ...evidence.flatMap(e => [e.compared, e.quartiles])
    ];
    if (!this.found || !isSame(from, this.found.from)) {
      const found = findingsOf(evidence, question, divergence);
      this.found = { from, found };
    }
    return this.found.found;
  }

  /** Layers that are looked at, and those of them of which nothing is known yet. */
  get progress(): { readonly layers: number; readonly missing: number } {
    const main = this.question === 'singled' ? this.singled : this.compared;
    const needs = this.question === 'alike' ? [main, this.quartiles] : [main];
    return {
      layers: this.layers.length,
      missing: Math.max(...needs.map(answers => answers.missing))
    };
  }

  /** Why there is no answer, with the layers that have none. */
  refusals(): ReadonlyMap<unknown, readonly number[]> {
    const main = this.question === 'singled' ? this.singled : this.compared;
    const refused = new Map<unknown, number[]>();
    for (const layer of this.layers) {
      const reason = main.refusal(layer);
      if (reason !== undefined) {
        refused.set(reason, [...(refused.get(reason) ?? []), layer]);
      }
    }
    return refused;
  }

  protected request(): void {
    const { info, view } = this.store;
    const { layers, contrast } = this;
    if (this.question === 'singled') {
      this.compared.stop();
      this.quartiles.stop();
      this.singled.want(view.membership, layers, async (engine, layer, until) =>
        evidenceOfSingled(
          layer,
          await engine.oneVersusRest(layer, view.membership, until),
          info.layers[layer].neurons
        )
      );
      return;
    }
    this.singled.stop();
    const need = contrast && needOf(contrast, info, view);
    if (need === null || !isComparison(need)) {
      this.compared.stop();
      this.quartiles.stop();
      return;
    }
    const { divergence, a, b } = need;
    const key = keyOf(need);
    this.compared.want(key, layers, async (engine, layer, until) => {
      const other = isSingle(b) ? singleIn(b, layer) : b;
      return engine.compare(layer, divergence, a, other, until);
    });
    const items = JSON.stringify([keyOf({ ...need, divergence: 'auc' })]);
    this.quartiles.want(items, layers, (engine, layer, until) =>
      this.quartilesOf(engine, layer, need, until)
    );
  }

  private async quartilesOf(
    engine: Answering,
    layer: number,
    { a, b }: Comparison,
    until: AbortSignal
  ): Promise<readonly [Quartiles, Quartiles]> {
    const { info } = this.store;
    const [first, second] = await Promise.all([
      engine.distribution(layer, a, until, 'later').then(quartersOf),
      isSingle(b)
        ? valuesOf(engine, layer, singleIn(b, layer), info, until).then(
            quartilesOfOne
          )
        : engine.distribution(layer, b, until, 'later').then(quartersOf)
    ]);
    return [first, second];
  }

  private evidenceOf(layer: number): Evidence | null {
    if (this.question === 'singled') {
      return this.singled.get(layer);
    }
    const compared = this.compared.get(layer);
    const quartiles = this.quartiles.get(layer);
    return compared && { layer, compared, quartiles, singled: null };
  }

  private get layers(): readonly number[] {
    return this.store.info.layers.flatMap(({ name }, layer) =>
      this.layer === null || this.layer === name ? [layer] : []
    );
  }

  private get isOfInstance(): boolean {
    return 'instance' in (this.contrast?.b ?? {});
  }

  private found: {
    readonly from: readonly unknown[];
    readonly found: Findings;
  } | null = null;
  private readonly compared = new LayerAnswers<Compared>(this.store, this.tell);
  private readonly quartiles = new LayerAnswers<
    readonly [Quartiles, Quartiles]
  >(this.store, this.tell);
  private readonly singled = new LayerAnswers<Evidence>(this.store, this.tell);
  protected readonly answers = [this.compared, this.quartiles, this.singled];
}

const models = new WeakMap<ILooking, FindingsModel>();

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k]);
}

/** Only what is needed is kept: the counts of a distribution are large. */
function quartersOf({ q25, median, q75 }: Quartiles): Quartiles {
  return { q25, median, q75 };
}

function quartilesOfOne(values: Float32Array): Quartiles {
  return { q25: values, median: values, q75: values };
}

async function valuesOf(
  engine: Answering,
  layer: number,
  single: Single,
  info: RecordingInfo,
  until: AbortSignal
): Promise<Float32Array> {
  if ('values' in single) {
    return Float32Array.from(single.values);
  }
  const found =
    'sample' in single
      ? (await engine.rows([single.sample], until)).values[layer]
      : instanceValues(info, layer, info.instances[single.instance].id);
  return found ?? new Float32Array();
}

function evidenceOfSingled(
  layer: number,
  all: Estimated,
  neurons: number
): Evidence {
  const { classes, values, bounds } = singledOut(all, neurons);
  return {
    layer,
    compared: { values, bounds, p: null, from: all.from },
    quartiles: null,
    singled: classes
  };
}
