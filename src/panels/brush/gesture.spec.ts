import { endAt } from '../../draw/brackets';
import { openedStore } from '../../../tests/ts/fixtures';
import { boundsOf, joiningOf } from './gesture';
import { brushText, rangeText } from './texts';

const held = {
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false
};

it.each([
  [{}, 'only'],
  [{ shiftKey: true }, 'and'],
  [{ altKey: true }, 'or'],
  [{ ctrlKey: true }, 'or'],
  [{ metaKey: true, shiftKey: true }, 'or']
])('keys say how a range joins: %j', (keys, joining) => {
  expect(joiningOf({ ...held, ...keys })).toBe(joining);
});

describe('An end that is dragged', () => {
  const range = { from: 1, to: 3 };

  it.each([
    ['to', 4, false, { from: 1, to: 4 }],
    ['to', 0, false, { from: 0, to: 1 }],
    ['from', 5, false, { from: 3, to: 5 }],
    ['from', 3, false, range],
    ['from', null, true, { from: null, to: 3 }],
    ['from', null, false, { from: 3, to: null }],
    ['to', null, true, { from: null, to: 1 }]
  ] as const)('%s to %j', (end, value, isLeft, next) => {
    expect(boundsOf(range, end, value, isLeft)).toEqual(next);
  });

  it('of an open range moves alone', () => {
    const open = { from: null, to: 3 };
    expect(boundsOf(open, 'to', 2, false)).toEqual({ from: null, to: 2 });
    expect(boundsOf({ from: 1, to: null }, 'from', 2, false)).toEqual({
      from: 2,
      to: null
    });
  });

  it('is the nearest within reach', () => {
    const one = { neuron: 0, from: 1, to: 2, at: 0, not: false };
    const rows = [
      { ...one, fromPx: 10, toPx: 17 },
      { ...one, at: 1, fromPx: NaN, toPx: 60 }
    ];
    expect(endAt(rows, 14)).toMatchObject({ range: rows[0], end: 'to' });
    expect(endAt(rows, 57)).toMatchObject({ range: rows[1], end: 'to' });
    expect(endAt(rows, 30)).toBeNull();
  });
});

it('a brush is a line of text', async () => {
  const { info } = await openedStore('tiny.ndiv');
  const trans = {
    __: (text: string, ...given: unknown[]) =>
      text.replace(/%(\d)/g, (_, k: string) => String(given[Number(k) - 1]))
  } as unknown as Parameters<typeof brushText>[2];
  const layer = info.layers[0].name;
  const one = { layer, neuron: 1, from: 0.25, to: 1.5 };
  expect(
    brushText(
      { any: [{ all: [one, { not: { label: [0] } }] }, one] },
      info,
      trans
    )
  ).toBe(
    `${layer} · 1 0.25 … 1.5 and not ${info.classes[0].name} or ${layer} · 1 0.25 … 1.5`
  );
  expect(rangeText({ from: null, to: -1 })).toBe('< −1');
  expect(rangeText({ from: 2, to: null })).toBe('≥ 2');
});
