import fc from 'fast-check';
import { record, redo, startHistory, undo } from './history';

const full = (values: readonly number[]) =>
  values.reduce((h, v) => record(h, v), startHistory(-1));

test('undoing every step gives the first value, redoing every step the last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 30 }), values => {
      const end = full(values);
      const start = values.reduce(h => undo(h), end);
      expect(start.present).toBe(-1);
      expect(values.reduce(h => redo(h), start)).toEqual(end);
    })
  );
});

test('at either end nothing happens', () => {
  const history = startHistory(1);
  expect(undo(history)).toBe(history);
  expect(redo(history)).toBe(history);
});

test('a new value forgets what had been undone', () => {
  const history = record(undo(full([1, 2])), 3);
  expect(history.future).toEqual([]);
  expect(undo(history).present).toBe(1);
});

test('the oldest steps are dropped', () => {
  expect(full(Array.from({ length: 500 }, (_, i) => i)).past).toHaveLength(200);
});
