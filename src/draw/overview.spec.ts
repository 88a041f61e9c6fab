import { sharesOf } from './overview';

test('a line of the overview tells which share of its rows is hidden, a single one of many too', () => {
  const rows = Uint32Array.of(4, 2, 0, 1, 3, 5);
  expect(sharesOf(rows, new Set([2, 5, 3]), [0, 2, 3, 6])).toEqual([
    0.5,
    0,
    2 / 3
  ]);
  expect(sharesOf(rows, new Set(), [0, 6])).toEqual([]);
});
