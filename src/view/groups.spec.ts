import { openedStore } from '../../tests/ts/fixtures';
import type { Group } from '../core/condition';
import { scoreNeurons, rankNeurons, parseOrder } from '../core/scores';
import { orderNeurons } from '../core/order';
import type { RecordingInfo } from '../worker/protocol';
import { droppedParts } from './dropped';
import { findGroup, freeGroupId, groupsOf, parseGroups } from './groups';
import type { ViewState } from './state';
import { defaultView, parseView } from './state';
import { viewToJson } from './viewJson';
import {
  defineGroup,
  removeGroup,
  renameGroup,
  sortByDivergence,
  toggleGroup
} from './update';

const attacked = { id: 'g0', name: 'attacked', color: '#aa3300', size: 12 };
const wrong: Group = {
  id: 'v1',
  name: 'cat → dog',
  color: null,
  where: { all: [{ label: [0] }, { prediction: [1] }] }
};

let info: RecordingInfo;
let view: ViewState;

beforeAll(async () => {
  info = { ...(await openedStore('tiny.ndiv')).info, groups: [attacked] };
  view = defaultView(info);
});

const parsed = (json: unknown) => parseView(json, info, defaultView(info));
const again = (json: unknown): unknown => JSON.parse(JSON.stringify(json));

describe('The groups of a view', () => {
  it('are those of the recording, then its own', () => {
    const own = defineGroup(view, wrong);
    expect(groupsOf(info, own).map(g => g.id)).toEqual(['g0', 'v1']);
    expect(findGroup(info, own, 'v1')?.index).toBe(info.classes.length + 1);
    expect(groupsOf(info, own)[0]).toBe(groupsOf(info, view)[0]);
    expect(groupsOf(info, own)[0].where).toEqual({ group: 'g0' });
  });

  it('have ids that are free', () => {
    expect(freeGroupId(info, view)).toBe('v1');
    expect(freeGroupId(info, defineGroup(view, wrong))).toBe('v2');
  });

  it('come back as they were written', () => {
    const shown = toggleGroup(defineGroup(view, wrong), 'g0', ['g0', 'v1']);
    const sorted = sortByDivergence(shown, {
      divergence: 'auc',
      a: { group: 'v1' },
      b: { rest: true }
    });
    expect(sorted.shownGroups).toEqual(['g0', 'v1']);
    expect(parsed(again(viewToJson(sorted)))).toEqual(sorted);
    expect(droppedParts(viewToJson(sorted), info)).toEqual([]);
  });

  it('are not written where there are none', () => {
    const json = viewToJson(view);
    expect(json).not.toHaveProperty('groups');
    expect(json).not.toHaveProperty('shownGroups');
    expect(viewToJson(toggleGroup(view, 'g0', ['g0']))).toEqual({
      ...json,
      shownGroups: ['g0']
    });
  });

  it.each([
    ['no list', 'all', null],
    ['no objects', [null, 3, []], []],
    ['a class that is not there', [{ ...wrong, where: { label: [99] } }], []],
    ['an id of the recording', [{ ...wrong, id: 'g0' }], []],
    ['an id twice', [wrong, { ...wrong, name: 'other' }], [wrong]],
    ['no condition', [{ ...wrong, where: {} }], []],
    ['a colour that is none', [{ ...wrong, color: 'red; x' }], [wrong]]
  ])('are dropped one by one: %s', (_, json, groups) => {
    expect(parseGroups(json, info)).toEqual(groups);
  });

  it('are told when they are dropped', () => {
    const json = {
      groups: [wrong, { ...wrong, id: 'v2', name: 'odd', where: 3 }],
      shownGroups: ['v1', 'v2', 'g0', 'g9'],
      order: { by: 'median', group: 'v2' }
    };
    expect(droppedParts(json, info)).toEqual([
      { part: 'group', name: 'odd' },
      { part: 'group', name: 'g9' },
      { part: 'order' }
    ]);
    const { groups, shownGroups } = parsed(json);
    expect(groups).toEqual([wrong]);
    expect(shownGroups).toEqual(['v1', 'g0']);
  });

  it('are replaced, renamed and removed by id, the order with them', () => {
    const own = defineGroup(view, wrong);
    expect(defineGroup(own, { ...wrong, name: 'x' }).groups).toHaveLength(1);
    expect(renameGroup(own, 'v1', { name: 'x' }).groups[0]).toEqual({
      ...wrong,
      name: 'x'
    });
    const sorted: ViewState = {
      ...own,
      order: {
        by: 'difference',
        a: { class: 0 },
        b: { group: 'v1' },
        absolute: false
      }
    };
    const removed = removeGroup(sorted, 'v1');
    expect(removed.groups).toEqual([]);
    expect(removed.shownGroups).toEqual([]);
    expect(removed.order).toEqual({ by: 'index' });
    expect(removeGroup(own, 'v1').order).toBe(own.order);
  });
});

describe('An order by a divergence', () => {
  const auc = { by: 'divergence', divergence: 'auc', a: { class: 1 } };

  it.each([
    [{ ...auc, b: { rest: true } }, { absolute: true }],
    [{ ...auc, b: { group: 'g0' }, absolute: false }, { absolute: false }],
    [
      { ...auc, divergence: 'z', b: { instance: 'a0' }, absolute: true },
      { absolute: true }
    ]
  ])('%j is one', (json, more) => {
    expect(parseOrder(json)).toEqual({ ...json, ...more });
  });

  it.each([
    { ...auc, b: { instance: 'a0' } },
    { ...auc, divergence: 'z', b: { class: 0 } },
    { ...auc, divergence: 'z', b: { rest: true } },
    { ...auc, divergence: 'toString', b: { class: 0 } },
    { ...auc, a: { instance: 'a0' }, b: { class: 0 } },
    { ...auc, a: { rest: true }, b: { class: 0 } },
    { ...auc, b: {} },
    auc
  ])('%j is none', json => {
    expect(parseOrder(json)).toBeNull();
  });

  it('ranks by the distance from the neutral value, or by the value', () => {
    const values = Float64Array.of(0.5, 0.9, 0.02, NaN, 0.7);
    const ranked = (absolute: boolean) => {
      const order = parseOrder({ ...auc, b: { class: 0 }, absolute });
      if (order === null) {
        throw new Error('no order');
      }
      const scores = scoreNeurons(order, () => values, values.length);
      expect(scores).toEqual(values);
      return [...orderNeurons(rankNeurons(order, scores), true)];
    };
    expect(ranked(true)).toEqual([2, 1, 4, 0, 3]);
    expect(ranked(false)).toEqual([1, 4, 0, 2, 3]);
  });

  it('of a tail puts what is least likely first', () => {
    const order = parseOrder({
      ...auc,
      divergence: 'tail',
      b: { instance: 'a0' }
    });
    const rank = order && rankNeurons(order, Float64Array.of(1, 0.2));
    expect(rank && [...orderNeurons(rank, true)]).toEqual([1, 0]);
  });
});
