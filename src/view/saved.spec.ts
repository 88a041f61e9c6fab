import fc from 'fast-check';
import {
  insertView,
  mergeCopy,
  mergeSaved,
  mergeThree,
  moveBefore,
  moveView,
  parseSaved,
  removeView,
  renameView,
  replaceView,
  saveView,
  savedToJson,
  type SavedViews
} from './saved';

const three: SavedViews = ['a', 'b', 'c'].reduce<SavedViews>(
  (list, name) => saveView(list, name, { bins: 8 }),
  []
);
const names = (list: SavedViews) => list.map(s => s.name);

test('a name that is taken gets a number', () => {
  expect(names(saveView(saveView(three, 'a', {}), 'a', {}))).toEqual(
    'a,b,c,a 2,a 3'.split(',')
  );
});

test.each([
  ['a', 1, 'b,a,c'],
  ['a', 9, 'b,c,a'],
  ['c', -1, 'a,c,b'],
  ['b', 0, 'a,b,c'],
  ['gone', 1, 'a,b,c']
])('moving %s by %d gives %s', (name, step, expected) => {
  expect(names(moveView(three, name, step)).join()).toBe(expected);
});

test.each([
  ['a', 'c', 'b,a,c'],
  ['c', 'a', 'c,a,b'],
  ['a', null, 'b,c,a'],
  ['b', 'b', 'a,b,c'],
  ['gone', 'a', 'a,b,c']
])('moving %s before %s gives %s', (name, before, expected) => {
  expect(names(moveBefore(three, name, before)).join()).toBe(expected);
});

test('a removed view comes back to its place, once, and under a free name', () => {
  const without = removeView(three, 'b');
  expect(insertView(without, three[1], 1)).toEqual(three);
  expect(insertView(three, three[1], 1)).toBe(three);
  const taken = saveView(without, 'b', 'other');
  expect(names(insertView(taken, three[1], 1))).toEqual(['a', 'b 2', 'c', 'b']);
});

test('a view is renamed, described, replaced and removed in its place', () => {
  const renamed = renameView(three, 'b', { name: ' x ', description: ' y ' });
  expect(renamed[1]).toEqual({
    name: 'x',
    description: 'y',
    view: { bins: 8 }
  });
  expect(names(renameView(three, 'b', { name: 'c', description: '' }))[1]).toBe(
    'c 2'
  );
  expect(replaceView(three, 'b', 1)[1].view).toBe(1);
  expect(names(removeView(three, 'b'))).toEqual(['a', 'c']);
});

test('a list comes back from JSON as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.jsonValue()), { maxLength: 8 }),
      entries => {
        const list = entries.reduce<SavedViews>(
          (l, [name, view]) => saveView(l, name, view),
          []
        );
        expect(parseSaved(savedToJson(list))).toEqual(list);
      }
    )
  );
});

test('fields of another version come back through renaming and updating', () => {
  const json = [{ name: 'a', view: 1, tags: ['x'], description: 5 }];
  const list = replaceView(
    renameView(parseSaved(json), 'a', { name: 'b', description: 'why' }),
    'b',
    2
  );
  expect(savedToJson(list)).toEqual([
    { name: 'b', description: 'why', view: 2, tags: ['x'] }
  ]);
});

test('names stay within their length, with numbers and whole characters', () => {
  const long = 'x'.repeat(300);
  const list = saveView(saveView([], long, 1), long, 2);
  expect(names(list)).toEqual(['x'.repeat(200), `${'x'.repeat(198)} 2`]);
  expect(parseSaved(savedToJson(list))).toEqual(list);
  const dogs = saveView([], `x${'🐕'.repeat(150)}`, 1);
  expect(names(dogs)).toEqual([`x${'🐕'.repeat(99)}`]);
});

test('entries that are no views, and second ones of a name, are left out', () => {
  const json = [
    null,
    3,
    { name: '' },
    { name: 5, view: {} },
    { name: 'a', view: 1 },
    { name: 'a', view: 2 },
    JSON.parse('{"name": "b", "__proto__": {"view": 1}}')
  ];
  expect(parseSaved(json).map(s => [s.name, s.view])).toEqual([
    ['a', 1],
    ['b', undefined]
  ]);
  expect(parseSaved({ length: 1 })).toEqual([]);
});

/** "a b2 c" is a list of three views; b's is another than that of "b". */
function listOf(text: string): SavedViews {
  return text
    .split(' ')
    .filter(Boolean)
    .map(word => ({
      name: word[0],
      description: '',
      view: Number(word.slice(1) || 1)
    }));
}

function textOf(list: SavedViews): string {
  return list
    .map(s => `${s.name}${s.view === 1 ? '' : JSON.stringify(s.view)}`)
    .join(',');
}

describe('what becomes of a list that two have changed', () => {
  test.each([
    ['nobody changed it', 'a b', 'a b', 'a b', 'a,b'],
    ['both add', 'a', 'a o', 'a t', 'a,t,o'],
    ['both add the same', 'a', 'a n', 'a n', 'a,n'],
    ['both add another of one name', 'a', 'a n2', 'a n3 b', 'a,n3,n 22,b'],
    ['they delete', 'a b', 'a b', 'b', 'b'],
    ['we delete', 'a b', 'a', 'a b', 'a'],
    ['both delete the same', 'a b', 'a', 'a', 'a'],
    ['both delete another', 'a b c', 'a b', 'b c', 'b'],
    ['they update', 'a b', 'a b c', 'a2 b', 'a2,b,c'],
    ['we update', 'a b', 'a2 b', 'a b c', 'a2,b,c'],
    ['both update alike', 'a', 'a2', 'a2', 'a2'],
    ['both update, each their own way', 'a b', 'a2 b', 'a3 b', 'a3,a 22,b'],
    ['they delete what we updated', 'a b', 'a2 b', 'b', 'a2,b'],
    ['we delete what they updated', 'a b', 'b', 'a2 b', 'a2,b'],
    ['they rename', 'a b c', 'a b c', 'a x c', 'a,x,c'],
    ['we rename', 'a b c', 'a x c', 'a b c', 'a,x,c'],
    ['they move, we add', 'a b', 'a b o', 'b a', 'b,a,o'],
    ['we move, they add', 'a b', 'b a', 'a b t', 'b,a,t'],
    ['they add in the middle', 'a b', 'a b o', 'a t b', 'a,t,b,o'],
    ['we bring one back in its place', 'a c', 'a b c', 'a c t', 'a,b,c,t'],
    ['nothing was known', '', 'a b', 'b2 c', 'a,b2,b 2,c'],
    ['they start anew', 'a b', 'a b', '', '']
  ])('%s: %j, %j and %j', (_, base, ours, theirs, expected) => {
    const merged = mergeThree(listOf(base), listOf(ours), listOf(theirs));
    expect(textOf(merged)).toBe(expected);
  });

  test.each([
    ['a copy as it was known', 'a b', 'a b', 'a b', 'a,b'],
    ['what was deleted since', 'a b', 'b', 'a b', 'b'],
    ['what was updated since', 'a b', 'a2 b', 'a b', 'a2,b'],
    ['what was moved since', 'a b', 'b a', 'a b', 'b,a'],
    ['an older copy', 'a b', 'a b', 'a', 'a,b'],
    ['an older copy of an updated view', 'a2', 'a2', 'a', 'a2,a 2'],
    ['a copy with more', 'a', 'a o', 'a c', 'a,o,c']
  ])('with %s: %j, %j and %j', (_, known, ours, copy, expected) => {
    const merged = mergeCopy(listOf(known), listOf(ours), listOf(copy));
    expect(textOf(merged)).toBe(expected);
  });

  const someList = fc
    .uniqueArray(
      fc.tuple(fc.constantFrom(...'abcdef'), fc.integer({ min: 1, max: 3 })),
      { selector: ([name]) => name }
    )
    .map(pairs => listOf(pairs.map(p => p.join('')).join(' ')));

  test('no change is lost, nothing is there twice, and merging again changes nothing', () => {
    fc.assert(
      fc.property(someList, someList, someList, (base, ours, theirs) => {
        const merged = mergeThree(base, ours, theirs);
        expect(new Set(names(merged)).size).toBe(merged.length);
        const of = (list: SavedViews) =>
          new Set(list.map(s => `${s.name[0]}${String(s.view)}`));
        const [was, we, they, is] = [base, ours, theirs, merged].map(of);
        expect(is.size).toBe(merged.length);
        for (const key of [...we, ...they, ...is]) {
          const isNew = !was.has(key);
          const isWanted = we.has(key) && they.has(key);
          expect(is.has(key)).toBe(isNew || isWanted);
        }
        expect(mergeThree(base, ours, merged)).toEqual(merged);
        expect(mergeThree(theirs, merged, theirs)).toEqual(merged);
      }),
      { numRuns: 2000 }
    );
  });

  test('long lists are merged whole', () => {
    const many = (from: number) =>
      Array.from({ length: 20_000 }, (_, i) => ({
        name: `view ${from + i}`,
        description: '',
        view: { bins: 8 }
      }));
    expect(mergeSaved(many(0), many(10_000))).toHaveLength(30_000);
  });
});
