import { mergeSaved, readKept, withKept } from './kept';

const a = { name: 'a', description: '', view: { bins: 8 } };
const b = { name: 'b', description: 'why', view: { bins: 16 } };

test('what was kept is read again, and other recordings and unknown fields stay', () => {
  const before = {
    version: 1,
    future: true,
    views: { Other: { current: { bins: 1 } }, LeNet: { note: 5, saved: [] } }
  };
  const after = withKept(before, 'LeNet', {
    current: { bins: 9 },
    saved: [a, b]
  });
  expect(after).toEqual({
    version: 1,
    future: true,
    views: {
      Other: { current: { bins: 1 } },
      LeNet: {
        note: 5,
        current: { bins: 9 },
        saved: [
          { name: 'a', view: { bins: 8 } },
          { name: 'b', description: 'why', view: { bins: 16 } }
        ]
      }
    }
  });
  expect(readKept(after, 'LeNet')).toEqual({
    current: { bins: 9 },
    saved: [a, b]
  });
});

test.each(['__proto__', 'constructor', ''])(
  'a recording named %j has an entry of its own',
  name => {
    const after = withKept(undefined, name, { current: 1, saved: [a] });
    const sent: unknown = JSON.parse(JSON.stringify(after));
    expect(readKept(sent, name)).toEqual({ current: 1, saved: [a] });
    expect(readKept({ version: 1, views: {} }, name).saved).toEqual([]);
    expect(({} as Record<string, unknown>)['saved']).toBeUndefined();
  }
);

test.each([null, 5, 'x', [], { version: 1 }, { version: 1, views: [] }])(
  '%j keeps nothing',
  metadata => {
    expect(readKept(metadata, 'x')).toEqual({ current: undefined, saved: [] });
    expect(withKept(metadata, 'x', { current: 1, saved: [] })).not.toBeNull();
  }
);

test('what a newer version wrote is neither read nor changed', () => {
  const future = { version: 2, views: { x: { current: 1 } } };
  expect(readKept(future, 'x').current).toBeUndefined();
  expect(withKept(future, 'x', { current: 2, saved: [] })).toBeNull();
});

test('a current view that is not kept leaves the one that was', () => {
  const before = { version: 1, views: { x: { current: 1 } } };
  const after = withKept(before, 'x', { current: undefined, saved: [a] });
  expect(readKept(after, 'x')).toEqual({ current: 1, saved: [a] });
});

test('merging loses no view and doubles none', () => {
  const other = { ...a, view: { bins: 64 } };
  expect(mergeSaved([a, b], [a, b])).toEqual([a, b]);
  expect(mergeSaved([a], [other, b])).toEqual([
    a,
    { ...other, name: 'a 2' },
    b
  ]);
});
