/**
 * A page's first script: its worker runs it, and the page has it for browsers where no worker can start.
 */
import { expose } from 'comlink';
import { serveEngine } from '../worker/serve';
import { browserPorts } from '../worker/unpack';

export { createEngine } from '../worker/engine';
export { browserPorts };

if (typeof document === 'undefined') {
  expose(serveEngine(browserPorts));
}
