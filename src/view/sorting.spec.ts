import { openedStore } from '../../tests/ts/fixtures';
import type { Item } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import type { Sorting } from './sorting';
import { canCompare, sortedBy, sortingOf } from './sorting';
import type { ViewState } from './state';
import { defaultView } from './state';

const A: Item = { class: 0 };
const B: Item = { class: 1 };

let info: RecordingInfo;
let view: ViewState;

beforeAll(async () => {
  info = (await openedStore('tiny.ndiv')).info;
  view = { ...defaultView(info), classes: [0, 1] };
});

const order = (change: Partial<Sorting>) =>
  sortedBy(
    view,
    { first: A, how: 'difference', second: B, absolute: false, ...change },
    info
  ).order;

describe('An order and its control', () => {
  it('tell the same', () => {
    const sortings: Sorting[] = [
      { first: A, how: 'difference', second: null, absolute: false },
      { first: A, how: 'difference', second: B, absolute: true },
      { first: A, how: 'auc', second: B, absolute: true },
      { first: A, how: 'wasserstein', second: { rest: true }, absolute: false }
    ];
    for (const sorting of sortings) {
      expect(sortingOf(sortedBy(view, sorting, info).order)).toEqual(sorting);
    }
    expect(order({ first: null })).toEqual({ by: 'index' });
  });

  it('compare with what is shown where nothing was chosen', () => {
    expect(order({ how: 'auc', second: null })).toMatchObject({ a: A, b: B });
    expect(order({ how: 'auc', first: B, second: null })).toMatchObject({
      a: B,
      b: A
    });
    expect(order({ how: 'auc', second: A })).toMatchObject({ a: A, b: B });
    expect(
      sortedBy(
        { ...view, classes: [0] },
        { first: A, how: 'auc', second: null, absolute: true },
        info
      ).order
    ).toMatchObject({ a: A, b: { rest: true } });
  });

  it('place an instance in a class, whichever was chosen first', () => {
    const [{ id }] = info.instances;
    expect(
      order({ how: 'percentile', first: { instance: id }, second: B })
    ).toMatchObject({ a: B, b: { instance: id } });
    expect(order({ how: 'z', second: B })).toMatchObject({
      a: A,
      b: { instance: expect.any(String) as string }
    });
    expect(order({ how: 'auc', first: { instance: id } })).toMatchObject({
      a: A,
      b: B
    });
  });

  it('offer no place of an instance where there is none', () => {
    const without = { ...info, instances: [] };
    expect(canCompare('percentile', info)).toBe(true);
    expect(canCompare('percentile', without)).toBe(false);
    expect(canCompare('auc', without)).toBe(true);
    const sorting = { first: A, how: 'z', second: B, absolute: true } as const;
    expect(sortedBy(view, sorting, without)).toBe(view);
  });
});
