/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import { UnavailableError } from '../core/errors';
import type { Store } from '../view/store';
import { setShown } from '../view/update';
import { ActivationPanel } from './activation';
import { NO_HOST as host } from './context';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));
Object.assign(globalThis, {
  TextDecoder,
  ...Object.fromEntries(
    ['ResizeObserver', 'IntersectionObserver'].map(name => [
      name,
      class {
        observe() {}
        disconnect() {}
      }
    ])
  )
});

/** A store that says it failed. */
function failing(store: Store): { fail: (error: unknown) => void } {
  let failure: unknown = null;
  Object.defineProperty(store, 'error', { get: () => failure });
  return {
    fail: error => {
      failure = error;
    }
  };
}

test('a failure is one card for as long as it lasts', async () => {
  const store = await openedStore('tiny.ndiv');
  const { fail } = failing(store);
  const panel = new ActivationPanel({ store, trans, host });
  const card = () => panel.node.querySelector('[role="alert"]');
  const change = (index: number) =>
    store.update(v => setShown(v, { classes: [index] }));
  fail(new UnavailableError('x', 'memory'));
  change(0);
  const first = card();
  expect(first).not.toBeNull();
  // Each layer fails with an error of its own.
  fail(new UnavailableError('y', 'memory'));
  change(1);
  expect(card()).toBe(first);
  fail(new UnavailableError('x', 'membership'));
  change(0);
  expect(card()).not.toBe(first);
  fail(null);
  change(1);
  expect(card()).toBeNull();
  panel.dispose();
});
