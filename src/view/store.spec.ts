import { openedStore } from '../../tests/ts/fixtures';
import { viewToJson } from './state';

test('the view that is on screen already makes no step', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => ({ ...v, bins: 8 }));
  store.update(v => ({ ...v, bins: 16 }));
  store.undo();
  const { view } = store;
  store.apply(JSON.parse(JSON.stringify(viewToJson(view))));
  expect(store.view).toBe(view);
  expect(store.canRedo).toBe(true);
});

test('a view of a newer version leaves the one on screen and is told', async () => {
  const store = await openedStore('tiny.ndiv');
  store.update(v => ({ ...v, bins: 8 }));
  const { view } = store;
  let told = 0;
  store.changed.connect(() => (told += 1));
  store.apply({ version: 2, bins: 16 });
  expect(store.view).toBe(view);
  expect(store.dropped).toEqual([{ part: 'view', version: 2 }]);
  expect(told).toBe(1);
});

test.each(['undo', 'redo'] as const)(
  '%s ends what was said of the view before',
  async step => {
    const store = await openedStore('tiny.ndiv');
    store.update(v => ({ ...v, bins: 8 }));
    store.undo();
    store.update(v => ({ ...v, bins: 16 }));
    store.undo();
    if (step === 'undo') {
      store.update(v => ({ ...v, bins: 32 }));
    }
    store.apply({ version: 2 });
    store[step]();
    expect(store.dropped).toEqual([]);
  }
);
