import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DESCRIPTOR_TYPE } from '../sources/inline';
import { OutputRenderer } from './renderer';

/** Draws recordings that notebook cells display. */
export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: 'neuraldivergence:renderer',
  description: 'Shows recordings of neuron activations in notebook outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [ITranslator, IThemeManager],
  activate: (
    _app: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null,
    themes: IThemeManager | null
  ) => {
    const trans = (translator ?? nullTranslator).load('neuraldivergence');
    const live = new Set<OutputRenderer>();
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [DESCRIPTOR_TYPE],
        defaultRank: 10,
        createRenderer: () => {
          const renderer = new OutputRenderer(trans);
          live.add(renderer);
          renderer.disposed.connect(() => live.delete(renderer));
          return renderer;
        }
      },
      10
    );
    themes?.themeChanged.connect(() => live.forEach(r => r.repaint()));
  }
};
