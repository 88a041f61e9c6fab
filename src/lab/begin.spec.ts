import { Signal } from '@lumino/signaling';
import { fixtureBytes } from '../../tests/ts/fixtures';
import type { Wishes } from '../view/state';
import { initialView } from '../view/state';
import { Store } from '../view/store';
import { reverseOrder } from '../view/update';
import { createEngine } from '../worker/engine';
import { browserPorts } from '../worker/unpack';
import { beginBySettings } from './begin';
import type { LiveSettings } from './settings';

class FakeSettings {
  current: { wishes: Wishes } = { wishes: {} };
  readonly changed = new Signal<this, void>(this);

  set(wishes: Wishes): void {
    this.current = { wishes };
    this.changed.emit();
  }
}

async function begun(): Promise<{ settings: FakeSettings; store: Store }> {
  const engine = createEngine(browserPorts);
  const bytes = fixtureBytes('tiny.ndiv');
  const info = { ...(await engine.open({ kind: 'block', bytes })), view: null };
  const store = new Store(info, engine, initialView(info));
  const settings = new FakeSettings();
  beginBySettings(store, settings as unknown as LiveSettings);
  return { settings, store };
}

test('a view that nobody has changed begins anew when the settings change', async () => {
  const { settings, store } = await begun();
  settings.set({ bins: 16, opacity: 'sqrt' });
  expect(store.view).toMatchObject({ bins: 16, opacity: 'sqrt' });
  settings.set({ bins: 8 });
  expect(store.view).toMatchObject({ bins: 8, opacity: 'linear' });
  expect(store.canUndo).toBe(false);
});

test('a view that the user changed stays', async () => {
  const { settings, store } = await begun();
  store.update(reverseOrder);
  const { view } = store;
  settings.set({ bins: 16 });
  expect(store.view).toBe(view);
});

test('settings that say the same change nothing, and a closed store hears none', async () => {
  const { settings, store } = await begun();
  const { view } = store;
  settings.set({});
  expect(store.view).toBe(view);
  store.dispose();
  settings.set({ bins: 16 });
  expect(store.view).toBe(view);
});
