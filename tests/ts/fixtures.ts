import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '../../src/view/store';
import { createEngine } from '../../src/worker/engine';
import { browserPorts } from '../../src/worker/unpack';

const FIXTURES = join(__dirname, '../fixtures');

export function fixtureBytes(name: string): Uint8Array {
  return Uint8Array.from(readFileSync(join(FIXTURES, name)));
}

/** A store over a fixture file, its view as it would first appear, all needed data arrived. */
export async function openedStore(name: string): Promise<Store> {
  const engine = createEngine(browserPorts);
  const info = await engine.open({ kind: 'block', bytes: fixtureBytes(name) });
  const store = new Store(info, engine);
  await settled(store);
  return store;
}

/** Waits until no shown layer waits for data. */
export async function settled(store: Store): Promise<void> {
  while (store.figures().some(f => f.pending)) {
    if (store.error !== null) {
      throw new Error('the data did not arrive', { cause: store.error });
    }
    await new Promise(resolve => setTimeout(resolve));
  }
}
