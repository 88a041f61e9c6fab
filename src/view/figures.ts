import type { Distribution } from '../core/distribution';
import type { IEngine, RecordingInfo } from '../worker/protocol';
import type { LayerFigure } from './figure';
import { layerFigure, neededClasses, shownLayers } from './figure';
import type { ViewState } from './state';

/** The graphs of a view, complete; asked for after all that someone waits for. Rejects as the engine does. */
export async function completeFigures(
  info: RecordingInfo,
  view: ViewState,
  engine: Pick<IEngine, 'distribution'>
): Promise<readonly LayerFigure[]> {
  const { membership } = view;
  return Promise.all(
    shownLayers(info, view).map(async layer => {
      const index = info.layers.indexOf(layer);
      const distributions = new Map<number, Distribution>();
      await Promise.all(
        neededClasses(view).map(async c => {
          const found = await engine.distribution(
            index,
            { classIndex: c, membership },
            undefined,
            'later'
          );
          distributions.set(c, found);
        })
      );
      return layerFigure(
        info,
        layer,
        view,
        (_, c) => distributions.get(c) ?? null
      );
    })
  );
}
