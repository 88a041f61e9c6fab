import { openedStore } from '../../tests/ts/fixtures';
import type { RecordingInfo } from '../worker/protocol';
import { conditionOf, EMPTY_FORM, suggestedName } from './groupForm';

const GROUPS = [
  { id: 'g0', name: 'attacked', where: { group: 'g0' } },
  { id: 'v1', name: 'large', where: { column: 'size', from: 2, to: null } }
];

let info: RecordingInfo;

beforeAll(async () => {
  info = (await openedStore('tiny.ndiv')).info;
});

const nameOf = (form: Partial<typeof EMPTY_FORM>) =>
  suggestedName({ ...EMPTY_FORM, ...form }, info, GROUPS, {
    correct: 'correct',
    wrong: 'misclassified',
    not: name => `not ${name}`,
    or: 'or'
  });

describe('A form for a group', () => {
  it('that asks nothing describes no group', () => {
    expect(conditionOf(EMPTY_FORM, GROUPS)).toBeNull();
    expect(conditionOf({ ...EMPTY_FORM, inGroup: 'gone' }, GROUPS)).toBeNull();
    expect(nameOf({})).toBe('');
  });

  it('describes samples by one thing, or by all of several', () => {
    expect(conditionOf({ ...EMPTY_FORM, label: 0 }, GROUPS)).toEqual({
      label: [0]
    });
    const form = {
      label: 0,
      prediction: 1,
      correct: false,
      any: false,
      columns: new Map([
        ['split', { is: 'test' }],
        ['loss', { from: 0.5, to: null }]
      ]),
      inGroup: 'g0',
      notInGroup: 'v1'
    };
    expect(conditionOf(form, GROUPS)).toEqual({
      all: [
        { label: [0] },
        { prediction: [1] },
        { correct: false },
        { column: 'split', in: ['test'] },
        { column: 'loss', from: 0.5, to: null },
        { group: 'g0' },
        { not: { column: 'size', from: 2, to: null } }
      ]
    });
    const [a, b] = info.classes.map(c => c.name);
    expect(nameOf(form)).toBe(
      `${a} → ${b}, misclassified, split test, 0.5 ≤ loss, attacked, not large`
    );
  });

  it('describes those that have any of several things', () => {
    const form = { label: 0, prediction: 1, correct: false, any: true };
    expect(conditionOf({ ...EMPTY_FORM, ...form }, GROUPS)).toEqual({
      any: [{ label: [0] }, { prediction: [1] }, { correct: false }]
    });
    expect(conditionOf({ ...EMPTY_FORM, label: 0, any: true }, GROUPS)).toEqual(
      { label: [0] }
    );
    const [a, b] = info.classes.map(c => c.name);
    expect(nameOf(form)).toBe(`${a} or → ${b} or misclassified`);
  });

  it('names a group by a prediction alone', () => {
    expect(nameOf({ prediction: 1 })).toBe(`→ ${info.classes[1].name}`);
  });
});
