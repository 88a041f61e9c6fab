import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { rendererPlugin } from './lab/rendererPlugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [rendererPlugin];
export default plugins;
