/** Everything that is loaded only when the first file is opened. */
export { errorCard } from '../panels/errorCard';
export { View } from '../panels/view';
export { droppedParts } from '../view/dropped';
export { defaultView, initialView, parseView } from '../view/state';
export { Store } from '../view/store';
export { connectEngine } from '../worker/client';
export { fileExport } from './filePage';
export { hostOf } from './host';
export { beginBySettings } from './begin';
export { ModelFiles } from './modelFiles';
export { openProbe } from './probes';
