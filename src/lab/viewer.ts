/** Everything that is loaded only when the first output comes into sight. */
export { errorCard } from '../panels/errorCard';
export { View } from '../panels/view';
export { acquireSession } from './sessions';
