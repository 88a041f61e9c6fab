import { openedStore } from '../../tests/ts/fixtures';
import { pythonCall, pythonText } from './python';
import { toggleHidden, toggleMarked } from './update';

test('what is chosen is always written, how it is drawn where it differs from the default', async () => {
  const { info, view } = await openedStore('tiny.ndiv');
  const [layer] = info.layers;
  const marked = toggleMarked(
    toggleHidden({ ...view, bins: 32, classesAs: 'lanes' }, layer.name, 2),
    layer.name,
    0
  );
  expect(pythonCall(marked, info).split('\n')).toEqual([
    'recording.show(',
    '    layers=["dense_2"],',
    '    classes=["cat", "dog"],',
    '    instances=["cat 46 benign", "cat 46 attacked"],',
    '    order=nd.by.value("cat 46 attacked"),',
    '    descending=True,',
    '    bins=32,',
    '    classes_as="lanes",',
    '    hide={"conv": [2]},',
    '    mark={"conv": [0]},',
    ')'
  ]);
});

test.each([
  ['cat', '"cat"'],
  ['a "b" \\', '"a \\"b\\" \\\\"'],
  ['line\nend\0', '"line\\u000aend\\u0000"'],
  ['\u202e\ud800', '"\\u202e\\ud800"'],
  ['Hund 🐕 é', '"Hund 🐕 é"']
])('%j is %s in Python', (text, literal) => {
  expect(pythonText(text)).toBe(literal);
});
