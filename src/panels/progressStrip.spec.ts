/** @jest-environment jsdom */
import { Signal } from '@lumino/signaling';
import { trans } from '../../tests/ts/words';
import type { Progress } from '../worker/protocol';
import { ProgressStrip } from './progressStrip';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A strip that follows downloads, and how to change these. */
function setUp() {
  const changed = new Signal<object, void>({});
  const downloads = { list: [] as readonly Progress[], changed };
  const strip = new ProgressStrip(trans, downloads);
  const become = (...list: Progress[]) => {
    downloads.list = list;
    changed.emit();
  };
  return { strip, become };
}

const half = (layer: string): Progress => ({
  layer,
  loadedBytes: 20e6,
  totalBytes: 40e6
});

test('a strip appears when a download lasts, and goes with its end', () => {
  const { strip, become } = setUp();
  become(half('dense_1'));
  jest.advanceTimersByTime(299);
  expect(strip.isHidden).toBe(true);
  jest.advanceTimersByTime(1);
  expect(strip.isHidden).toBe(false);
  expect(strip.node.textContent).toBe('Reading dense_1 · 20 of 40 MB');
  become();
  expect(strip.isHidden).toBe(true);
  strip.dispose();
});

test('a short download is not worth a word', () => {
  const { strip, become } = setUp();
  become(half('dense_1'));
  jest.advanceTimersByTime(200);
  become();
  jest.advanceTimersByTime(1000);
  expect(strip.isHidden).toBe(true);
  strip.dispose();
});

test('several downloads are one', () => {
  const { strip, become } = setUp();
  become(half('a'), half('b'), half('c'));
  expect(strip.node.textContent).toBe('Reading a, b and 1 more · 60 of 120 MB');
  strip.dispose();
});
