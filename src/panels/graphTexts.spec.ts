import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import { neuronsText, samplesText, subtitle } from './graphTexts';

test.each([
  [neuronsText(1, trans), '1 neuron'],
  [neuronsText(4096, trans), '4\u202f096 neurons'],
  [samplesText(0, trans), '0 samples'],
  [samplesText(1, trans), '1 sample']
])('%j is %j', (text, expected) => {
  expect(text).toBe(expected);
});

test.each([
  ['mean', 'mean over space'],
  ['max', 'max over space'],
  ['position', 'one position in space']
] as const)(
  'a layer reduced by %s says “%s” in words',
  async (reduction, words) => {
    const store = await openedStore('tiny.ndiv');
    const [figure] = store.figures();
    const reduced = { ...figure, layer: { ...figure.layer, reduction } };
    // A translator that marks its words: an untranslated one would be bare.
    const marked = { ...trans, __: (text: string) => `«${text}»` };
    expect(subtitle(reduced, marked).split(' · ')).toContain(`«${words}»`);
  }
);
