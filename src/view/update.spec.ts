import { openedStore } from '../../tests/ts/fixtures';
import type { ViewState } from './state';
import { defaultView, marksOf } from './state';
import {
  reverseOrder,
  setBins,
  showAll,
  sortBy,
  toggleClass,
  toggleHidden,
  toggleLayer,
  toggleMarked
} from './update';

let view: ViewState;

beforeAll(async () => {
  view = defaultView((await openedStore('tiny.ndiv')).info);
});

describe('Toggling', () => {
  it('keeps the order of the data, whatever was toggled first', () => {
    const none = { ...view, classes: [] };
    const shown = toggleClass(
      toggleClass(none, 3, [0, 1, 2, 3]),
      1,
      [0, 1, 2, 3]
    );
    expect(shown.classes).toEqual([1, 3]);
  });

  it('twice gives the same view', () => {
    const all = ['conv', 'dense_1', 'dense_2'];
    expect(toggleLayer(toggleLayer(view, 'conv', all), 'conv', all)).toEqual(
      view
    );
  });

  it('of neurons survives every other change', () => {
    const marked = toggleMarked(toggleHidden(view, 'dense_1', 3), 'dense_1', 5);
    const changed = reverseOrder(
      sortBy(
        setBins(toggleLayer(marked, 'dense_1', ['dense_1']), 16),
        { class: 1 },
        null,
        false
      )
    );
    expect(marksOf(changed, 'dense_1')).toEqual({
      hidden: new Set([3]),
      marked: new Set([5])
    });
    expect(marksOf(view, 'dense_1').hidden.size).toBe(0);
  });

  it('is undone for hidden neurons, not for marks, by "show all"', () => {
    const some = toggleMarked(toggleHidden(view, 'dense_1', 3), 'dense_1', 5);
    expect(marksOf(showAll(some), 'dense_1')).toEqual({
      hidden: new Set(),
      marked: new Set([5])
    });
  });
});

test('"show all" changes nothing where nothing is hidden', () => {
  const marked = toggleMarked(view, 'dense_1', 5);
  expect(showAll(marked)).toBe(marked);
  const filtered = { ...view, markedOnly: true };
  expect(showAll(filtered).markedOnly).toBe(false);
});

describe('Sorting', () => {
  const byA = { class: 0 };
  const byB = { instance: 'a0' };

  it.each([
    [null, null, { by: 'index' }],
    [byA, null, { by: 'median', class: 0 }],
    [byB, null, { by: 'value', instance: 'a0' }],
    [byB, byA, { by: 'difference', a: byB, b: byA, absolute: true }]
  ])('by %j minus %j', (a, b, order) => {
    expect(sortBy(view, a, b, true).order).toEqual(order);
  });

  it('starts with the largest, by index with the first', () => {
    const byIndex = sortBy(view, null, null, false);
    expect(byIndex.descending).toBe(false);
    expect(sortBy(byIndex, byA, null, false).descending).toBe(true);
    const ascending = reverseOrder(view);
    expect(sortBy(ascending, byA, null, false).descending).toBe(false);
  });
});
