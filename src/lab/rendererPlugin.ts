import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DESCRIPTOR_TYPE } from '../sources/inline';
import { OutputRenderer } from './renderer';

const PLUGIN_ID = 'neuraldivergence:renderer';

/** Draws recordings that notebook cells display. */
export const rendererPlugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Shows recordings of neuron activations in notebook outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [ITranslator, IThemeManager, ISettingRegistry],
  activate: (
    _app: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null,
    themes: IThemeManager | null,
    settings: ISettingRegistry | null
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
    void followSettings(settings);
    themes?.themeChanged.connect(() => live.forEach(r => r.repaint()));
  }
};

/** Outputs are as high as the settings say, at once when they change. */
async function followSettings(
  registry: ISettingRegistry | null
): Promise<void> {
  const settings = await registry?.load(PLUGIN_ID);
  const apply = () => {
    const heightPx = settings?.get('outputHeight').composite;
    if (typeof heightPx === 'number') {
      document.documentElement.style.setProperty(
        '--nd-output-height',
        `${heightPx}px`
      );
    }
  };
  settings?.changed.connect(apply);
  apply();
}
