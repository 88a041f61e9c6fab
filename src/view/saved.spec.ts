import fc from 'fast-check';
import {
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
  expect(parseSaved(json)).toEqual([
    { name: 'a', description: '', view: 1 },
    { name: 'b', description: '', view: undefined }
  ]);
  expect(parseSaved({ length: 1 })).toEqual([]);
});
