import { listEntries, moveIn, noteRecent, recentOf } from './listEntries';

const names = ['cat', 'Dog', 'dogfish', 'eel'];
const heads = ['recent', 'all'] as const;
const plain = { filter: '', isListed: () => true, recent: [], heads };

function rowsOf(entries: ReturnType<typeof listEntries>) {
  return entries.map(e => e.row ?? e.head);
}

describe('A long list', () => {
  it('holds what the filter finds, in its order', () => {
    expect(rowsOf(listEntries(names, plain))).toEqual([0, 1, 2, 3]);
    expect(rowsOf(listEntries(names, { ...plain, filter: 'DOG' }))).toEqual([
      1, 2
    ]);
  });

  it('begins with what was lately used, unless it is filtered', () => {
    const recent = { ...plain, recent: [3, 1] };
    const entries = listEntries(names, recent);
    expect(rowsOf(entries)).toEqual(['recent', 3, 1, 'all', 0, 1, 2, 3]);
    expect(entries.map(e => e.place)).toEqual([0, 1, 2, 0, 3, 4, 5, 6]);
    expect(new Set(entries.map(e => e.key)).size).toBe(entries.length);
    expect(rowsOf(listEntries(names, { ...recent, filter: 'e' }))).toEqual([3]);
  });

  it('holds those that are shown when asked to', () => {
    const isListed = (index: number) => index === 2;
    expect(rowsOf(listEntries(names, { ...plain, isListed }))).toEqual([2]);
  });

  it.each([
    ['ArrowDown', 2, 4],
    ['ArrowUp', 4, 2],
    ['ArrowUp', 1, 1],
    ['Home', 5, 1],
    ['End', 1, 7],
    ['PageDown', 1, 4],
    ['PageUp', 6, 4],
    ['x', 1, null]
  ])('%s goes from entry %d to %j, past headings', (key, from, to) => {
    const entries = listEntries(names, { ...plain, recent: [3, 1] });
    expect(moveIn(entries, key, from, 2)).toBe(to);
  });

  it('that is empty has nowhere to go', () => {
    expect(moveIn([], 'ArrowDown', 0, 5)).toBeNull();
  });
});

test('the last eight that were used are remembered, each list its own; used again, one stays at its place', () => {
  for (let index = 0; index < 10; index++) {
    noteRecent('here', index);
  }
  noteRecent('there', 1);
  noteRecent('here', 5);
  expect(recentOf('here')).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  expect(recentOf('there')).toEqual([1]);
  expect(recentOf('nowhere')).toEqual([]);
});
