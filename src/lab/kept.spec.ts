import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { isNewer, readKept, withKept } from './kept';

const a = { name: 'a', description: '', view: { bins: 8 } };
const b = { name: 'b', description: 'why', view: { bins: 16 } };

const keyOf = (name: string, start: unknown = null) => ({ name, start });
const LeNet = keyOf('LeNet');

test('what was kept is read again, and other recordings and unknown fields stay', () => {
  const before = {
    version: 1,
    future: true,
    views: {
      Other: { current: { bins: 1 } },
      LeNet: { note: 5, saved: [{ ...a, tags: ['x'] }] }
    }
  };
  const { saved } = readKept(before, LeNet);
  const current = { bins: 9 };
  const after = withKept(before, LeNet, { current, saved: [...saved, b] });
  expect(after).toEqual({
    version: 1,
    future: true,
    views: {
      Other: { current: { bins: 1 } },
      LeNet: {
        note: 5,
        current,
        currents: [{ start: null, view: current }],
        saved: [
          { name: 'a', tags: ['x'], view: { bins: 8 } },
          { name: 'b', description: 'why', view: { bins: 16 } }
        ]
      }
    }
  });
  expect(readKept(after, LeNet)).toEqual({ current, saved: [...saved, b] });
});

describe('Outputs of one recording in one cell', () => {
  const [first, second] = [{ layers: ['x'] }, { layers: ['y'] }].map(start =>
    keyOf('LeNet', start)
  );
  const keep = (metadata: unknown, key: typeof first, current: unknown) =>
    withKept(metadata, key, { current, saved: [] });
  const of = (metadata: unknown, key: typeof first) =>
    readKept(metadata, key).current;

  test('keep the view that began as theirs, and none that began otherwise', () => {
    const one = keep(undefined, first, 1);
    expect(of(one, second)).toBeUndefined();
    const two = keep(one, second, 2);
    expect([of(two, first), of(two, second)]).toEqual([1, 2]);
    expect(of(keep(two, first, 3), first)).toBe(3);
    expect(of(two, keyOf('LeNet'))).toBeUndefined();
  });

  test('of metadata that say nothing of beginnings all take the one view', () => {
    const old = { version: 1, views: { LeNet: { current: 1, saved: [] } } };
    expect([of(old, first), of(old, second)]).toEqual([1, 1]);
  });

  test('are not kept without end', () => {
    let metadata: unknown;
    for (let start = 0; start < 100; start++) {
      metadata = keep(metadata, keyOf('LeNet', start), start);
    }
    expect(of(metadata, keyOf('LeNet', 99))).toBe(99);
    expect(of(metadata, keyOf('LeNet', 0))).toBeUndefined();
    expect(JSON.stringify(metadata).length).toBeLessThan(2000);
  });
});

test.each(['__proto__', '$__proto__', '$$__proto__', 'constructor', ''])(
  'a recording and a layer named %j keep their views, as the application copies them',
  name => {
    const kept = {
      current: ownField(name, { neurons: ownField(name, 1) }),
      saved: [{ ...a, view: { neurons: ownField(name, 2) } }]
    };
    const other = { current: 1, saved: [b] };
    const both = withKept(
      withKept(undefined, keyOf('other'), other),
      keyOf(name, ownField(name, 3)),
      kept
    );
    const sent: unknown = JSON.parse(JSON.stringify(both));
    const copied = JSONExt.deepCopy(sent as ReadonlyPartialJSONObject);
    const read = readKept(copied, keyOf(name, ownField(name, 3)));
    expect(JSON.stringify(read)).toBe(JSON.stringify(kept));
    expect(readKept(copied, keyOf('other'))).toEqual(other);
    expect(readKept({ version: 1, views: {} }, keyOf(name)).saved).toEqual([]);
    expect(({} as Record<string, unknown>)['saved']).toBeUndefined();
  }
);

function ownField(name: string, value: unknown): object {
  return Object.fromEntries([[name, value]]);
}

test.each([null, 5, 'x', [], {}, { version: 1 }, { version: 1, views: [] }])(
  '%j keeps nothing and is of no newer version',
  metadata => {
    const nothing = { current: undefined, saved: [] };
    expect(readKept(metadata, LeNet)).toEqual(nothing);
    expect(isNewer(metadata)).toBe(false);
    expect(withKept(metadata, LeNet, { current: 1, saved: [] })).not.toBeNull();
  }
);

test.each([2, 0, '1', null])(
  'what version %j wrote is neither read nor changed',
  version => {
    const future = { version, views: { LeNet: { current: 1 } } };
    expect(isNewer(future)).toBe(true);
    expect(readKept(future, LeNet).current).toBeUndefined();
    expect(withKept(future, LeNet, { current: 2, saved: [] })).toBeNull();
  }
);

test('a current view of a newer version stays', () => {
  const current = { version: 2, bins: 8 };
  const before = { version: 1, views: { LeNet: { current } } };
  const after = withKept(before, LeNet, { current: 1, saved: [a] });
  expect(after).toEqual({
    version: 1,
    views: { LeNet: { current, saved: [{ name: 'a', view: a.view }] } }
  });
});

test('a current view that is not kept leaves the one that was', () => {
  const before = { version: 1, views: { LeNet: { current: 1 } } };
  const after = withKept(before, LeNet, { current: undefined, saved: [a] });
  expect(readKept(after, LeNet)).toEqual({ current: 1, saved: [a] });
});
