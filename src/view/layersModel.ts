import type { Estimate } from '../core/neuron/statistics';
import type { Estimated, RecordingInfo } from '../worker/protocol';
import { LayerAnswers } from './layerAnswers';
import type { AskLayer } from './layerAnswers';
import type { LayerPlace, Subject } from './layerStrip';
import {
  finiteMean,
  separability,
  subjectOf,
  twinDistance
} from './layerStrip';
import type { ILooking } from './looking';
import { inClasses, singleIn, singleKey, singleOf } from './needs';
import type { ViewState } from './state';
import { Watched } from './watched';

/** What is told of one layer; null where it is not known. */
export type LayerSummary = {
  readonly place: LayerPlace | null;
  /** Class × class, row-major: mean of |AUC − ½| over the neurons. */
  readonly matrix: Estimated | null;
  readonly separability: Estimate;
  /** Why the classes cannot be told apart here; undefined: nothing is in the way. */
  readonly refusal: unknown;
};

/** Every layer in a few numbers, and one instance on its way through them: shared by all panels that look for the same. */
export class LayersModel extends Watched {
  static of(looking: ILooking): LayersModel {
    const known = models.get(looking) ?? new LayersModel(looking);
    models.set(looking, known);
    return known;
  }

  /** The instance that is followed; null where the recording has none. */
  get subject(): Subject | null {
    const { info, view } = this.store;
    return subjectOf(info, view, this.looking.state.follow);
  }

  follow(instance: string): void {
    this.looking.change({ follow: instance });
  }

  summaryOf(layer: number): LayerSummary {
    const matrix = this.matrices.get(layer);
    return {
      place: this.places.get(layer),
      matrix,
      separability: matrix
        ? separability(matrix, this.store.info.classes.length)
        : NO_ESTIMATE,
      refusal: this.matrices.refusal(layer)
    };
  }

  get isWaiting(): boolean {
    return this.places.missing + this.matrices.missing > 0;
  }

  protected request(): void {
    const { info, view } = this.store;
    const { subject } = this;
    const layers = [...info.layers.keys()];
    const { membership } = view;
    if (subject) {
      const { instance, twin, own, predicted } = subject;
      this.places.want(
        JSON.stringify([
          [instance, ...(twin ? [twin] : [])].map(one =>
            singleKey(singleOf(one.id, info, view))
          ),
          own,
          predicted,
          membership
        ]),
        layers,
        askPlace(subject, info, view)
      );
    }
    if (info.classes.length > 1) {
      this.matrices.want(membership, layers, (engine, layer, until) =>
        engine.matrix(layer, 'auc', membership, until, 'later')
      );
    }
  }

  private readonly places = new LayerAnswers<LayerPlace>(this.store, this.tell);
  private readonly matrices = new LayerAnswers<Estimated>(
    this.store,
    this.tell
  );
  protected readonly answers = [this.places, this.matrices];
}

const models = new WeakMap<ILooking, LayersModel>();

export const NO_ESTIMATE: Estimate = { value: NaN, bound: NaN };

function askPlace(
  { instance, twin, own, predicted }: Subject,
  info: RecordingInfo,
  view: ViewState
): AskLayer<LayerPlace> {
  const { membership } = view;
  const single = (of: typeof instance, layer: number) =>
    singleIn(singleOf(of.id, info, view), layer);
  const all = { where: inClasses([...info.classes.keys()], { membership }) };
  return async (engine, layer, until) => {
    const z = (of: typeof instance) =>
      engine.compare(layer, 'z', all, single(of, layer), until, 'later');
    const surprisal = async (classIndex: number) => {
      if (!(classIndex in info.classes)) {
        return NaN;
      }
      const { values } = await engine.compare(
        layer,
        'surprisal',
        { classIndex, membership },
        single(instance, layer),
        until,
        'later'
      );
      return finiteMean(values);
    };
    const twins = async () =>
      twin === null
        ? NaN
        : twinDistance(...(await Promise.all([z(instance), z(twin)])));
    const [distance, toOwn, toPredicted] = await Promise.all([
      twins(),
      surprisal(own),
      surprisal(predicted)
    ]);
    return { twin: distance, own: toOwn, predicted: toPredicted };
  };
}
