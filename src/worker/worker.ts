import { expose } from 'comlink';
import { serveEngine } from './serve';
import { browserPorts } from './unpack';

expose(serveEngine(browserPorts));
