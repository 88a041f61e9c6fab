import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DESCRIPTOR_TYPE } from '../sources/mime';
import { preloadFor } from './preload';
import { OutputRenderer } from './renderer';
import { translateSettings } from './schema';
import { LiveSettings } from './settings';
import { IWorkspace } from './workspace';

const PLUGIN_ID = 'neuraldivergence:renderer';

/** Draws recordings that notebook cells display. */
export const rendererPlugin: JupyterFrontEndPlugin<IWorkspace> = {
  id: PLUGIN_ID,
  description: 'Shows recordings of neuron activations in notebook outputs.',
  autoStart: true,
  provides: IWorkspace,
  requires: [IRenderMimeRegistry],
  optional: [ITranslator, IThemeManager, ISettingRegistry, INotebookTracker],
  activate: (
    app: JupyterFrontEnd,
    registry: IRenderMimeRegistry,
    translator: ITranslator | null,
    themes: IThemeManager | null,
    settingRegistry: ISettingRegistry | null,
    tracker: INotebookTracker | null
  ) => {
    const settings = new LiveSettings();
    const workspace: IWorkspace = {
      trans: (translator ?? nullTranslator).load('neuraldivergence'),
      settings,
      commands: app.commands,
      contents: app.serviceManager.contents,
      app,
      tracker
    };
    const live = new Set<OutputRenderer>();
    registry.addFactory(
      {
        safe: true,
        mimeTypes: [DESCRIPTOR_TYPE],
        defaultRank: 10,
        createRenderer: () => {
          const renderer = new OutputRenderer(workspace);
          live.add(renderer);
          renderer.disposed.connect(() => live.delete(renderer));
          return renderer;
        }
      },
      10
    );
    if (tracker) {
      preloadFor(tracker);
    }
    if (settingRegistry) {
      translateSettings(settingRegistry, PLUGIN_ID, workspace.trans);
      void settings.follow(settingRegistry, PLUGIN_ID);
    }
    const repaint = () => live.forEach(r => r.repaint());
    settings.changed.connect(repaint);
    themes?.themeChanged.connect(repaint);
    return workspace;
  }
};
