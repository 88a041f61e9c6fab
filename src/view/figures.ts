import type { IEngine, RecordingInfo } from '../worker/protocol';
import { recordedOf, withAdded } from './added';
import type { AddedInstances } from './addedInstances';
import { keptInstance } from './addedInstances';
import { answerTo, KnownAnswers } from './answers';
import type { LayerFigure } from './figure';
import { layerFigure, shownLayers } from './figure';
import { needsOf } from './needs';
import { askSamples } from './samples';
import type { ViewState } from './state';

/** The graphs of a view, complete; asked for after all that someone waits for. Rejects as the engine does. */
export async function completeFigures(
  known: RecordingInfo,
  view: ViewState,
  engine: Pick<IEngine, 'distribution' | 'compare' | 'rows' | 'samples'>,
  added?: Pick<AddedInstances, 'learnedOf'>
): Promise<readonly LayerFigure[]> {
  const recorded = recordedOf(known);
  const samples = await askSamples(engine, view.samples);
  const kept = view.kept.map(one =>
    keptInstance(
      one,
      recorded,
      samples.find(({ instance }) => instance.id === one.of),
      added?.learnedOf(one)
    )
  );
  const info = withAdded(recorded, [...samples, ...kept]);
  const answers = new KnownAnswers();
  return Promise.all(
    shownLayers(info, view).map(async layer => {
      const index = info.layers.indexOf(layer);
      await Promise.all(
        [...needsOf(info, view)].map(async ([key, need]) => {
          const said = await answerTo(engine, index, need, undefined, 'later');
          answers.set(index, key, said);
        })
      );
      return layerFigure(info, layer, view, answers);
    })
  );
}
