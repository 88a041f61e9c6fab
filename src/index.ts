import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { documentsPlugin } from './lab/documents';
import { panelsPlugin } from './lab/panelsPlugin';
import { rendererPlugin } from './lab/rendererPlugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  rendererPlugin,
  panelsPlugin,
  documentsPlugin
];
export default plugins;
