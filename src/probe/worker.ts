import { expose } from 'comlink';
import { browserBackends } from './browserBackends';
import { serveProbe } from './serve';

expose(serveProbe(browserBackends));
