import type { ICodeCellModel } from '@jupyterlab/cells';
import { loadCells } from '../../tests/ts/cells';
import { openedStore, settled } from '../../tests/ts/fixtures';
import type { Picture } from '../draw/pictureLayout';
import { plainTexts } from '../page/translation';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';
import type { Answers } from '../view/needs';
import type { Store } from '../view/store';
import { setShown } from '../view/update';
import type { RecordingInfo } from '../worker/protocol';
import { drawIntoOutputs } from './savedPicture';

const { codeCell } = loadCells();

/** What was drawn, and what the browser makes of it. */
const mockDrawn: Picture[] = [];
let mockUrl = '';

jest.mock('../draw/picture', () => ({
  pictureSize: () => ({ widthPx: 640.4, heightPx: 480 }),
  pictureCanvas: (picture: Picture) => {
    mockDrawn.push(picture);
    return { toDataURL: () => mockUrl };
  }
}));

const content = { descriptor: { name: 'Tiny' }, data: 'QUJD' };
const recording = {
  output_type: 'display_data',
  data: {
    [DESCRIPTOR_TYPE]: content.descriptor,
    [DATA_TYPE]: content.data,
    'image/png': 'b2xk',
    'text/plain': 'Tiny'
  },
  metadata: { 'image/png': { width: 1 } }
};
const stream = { output_type: 'stream', name: 'stdout', text: 'said\n' };
const error = { output_type: 'error', ename: 'E', evalue: '1', traceback: [] };

let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  mockDrawn.length = 0;
  mockUrl = 'data:image/png;base64,bmV3';
});

const draw = (cell: ICodeCellModel) =>
  drawIntoOutputs(cell, content, store, plainTexts);

/** The outputs as they are written to the file. */
const saved = (cell: ICodeCellModel): unknown =>
  (cell.sharedModel.toJSON() as unknown as { readonly outputs: unknown })
    .outputs;

describe('Saving a notebook', () => {
  test.each([
    ['alone', [recording]],
    ['before a stream', [recording, stream]],
    ['after a stream', [stream, recording]],
    ['twice', [recording, recording]],
    ['among others', [stream, recording, error, recording, stream]]
  ])(
    'puts the picture into the output of a recording %s; all stay where they are',
    (_, outputs) => {
      for (const undoTogether of [false, true]) {
        const { cell, dispose } = codeCell(outputs, { undoTogether });
        const models = outputs.map((_, i) => cell.outputs.get(i));
        const changes = new Set<string>();
        cell.outputs.changed.connect((_, { type }) => changes.add(type));
        for (const bins of [8, 16]) {
          store.update(view => ({ ...view, bins }));
          draw(cell);
          expect(saved(cell)).toEqual(cell.outputs.toJSON());
          expect(saved(cell)).toMatchObject(
            outputs.map(output =>
              output === recording
                ? {
                    output_type: 'display_data',
                    data: { ...recording.data, 'image/png': 'bmV3' },
                    metadata: {
                      'image/png': { width: 640, height: 480 },
                      neuraldivergence: { version: 1, picture: { bins } }
                    }
                  }
                : output
            )
          );
        }
        // Models that stay keep their renderers.
        models.forEach((model, i) => expect(cell.outputs.get(i)).toBe(model));
        expect(changes).toEqual(new Set(['set']));
        dispose();
      }
    }
  );

  test('draws once for all outputs, and not again for the same view', () => {
    const { cell, dispose } = codeCell([recording, recording]);
    draw(cell);
    draw(cell);
    expect(mockDrawn).toHaveLength(1);
    dispose();
  });

  test.each([
    ['the canvas stays empty', 'data:,', content],
    ['the output shows another recording', null, { ...content, data: 'eHg=' }]
  ])('changes nothing when %s', (_, url, shown) => {
    mockUrl = url ?? mockUrl;
    const { cell, dispose } = codeCell([recording]);
    drawIntoOutputs(cell, shown, store, plainTexts);
    expect(saved(cell)).toEqual([recording]);
    dispose();
  });

  test('changes nothing while numbers are on their way', async () => {
    const { cell, dispose } = codeCell([recording]);
    store.update(view =>
      setShown(view, { layers: store.info.layers.map(l => l.name) })
    );
    store.update(view => ({ ...view, classes: [2] }));
    draw(cell);
    expect(saved(cell)).toEqual([recording]);
    await settled(store);
    draw(cell);
    expect(saved(cell)).not.toEqual([recording]);
    dispose();
  });
});

/** A recording with that many layers, classes and instances, all shown. */
function storeOf(layers: number, classes: number, instances: number): Store {
  const [layer] = store.info.layers;
  const names = (count: number) =>
    Array.from({ length: count }, (_, k) => String(k));
  const info: RecordingInfo = {
    ...store.info,
    name: `\u202eTiny\n${'x'.repeat(100)}`,
    layers: names(layers).map(name => ({
      ...layer,
      name,
      instances: new Float32Array(instances * layer.neurons)
    })),
    classes: names(classes).map(name => ({ name, color: null })),
    instances: names(instances).map(id => ({
      ...store.info.instances[0],
      id,
      name: id
    }))
  };
  const view = {
    ...store.view,
    layers: names(layers),
    classes: names(classes).map(Number),
    instances: names(instances),
    order: { by: 'index' },
    classesAs: 'overlay'
  };
  const [{ distribution }] = store.figures()[0].classes;
  const answers: Partial<Answers> = { distributionOf: () => distribution };
  return { info, view, answers } as unknown as Store;
}

describe('The picture of a large view', () => {
  test.each([
    [[4, 40, 100], [4, 40, 100], []],
    [
      [5, 41, 101],
      [4, 40, 100],
      ['4 of 5 layers', '40 of 41 classes', '100 of 101 instances']
    ],
    [[2000, 1, 0], [4, 1, 0], ['4 of 2\u202f000 layers']]
  ])(
    'of %j layers, classes and instances has %j, and says so',
    ([layers, classes, instances], most, words) => {
      store = storeOf(layers, classes, instances);
      const { cell, dispose } = codeCell([recording]);
      draw(cell);
      const [{ figures, texts }] = mockDrawn;
      expect([
        figures.length,
        figures[0].classes.length,
        figures[0].instances.length
      ]).toEqual(most);
      expect(texts.samples.split(' · ').slice(1)).toEqual(words);
      dispose();
    }
  );

  test.each([
    ['normal', 'overlay', 1000, 30],
    ['normal', 'overlay', 32, 32],
    ['normal', 'overlay', 33, 30],
    ['normal', 'overlay', 3, 3],
    ['roomy', 'overlay', 1000, 20],
    ['compact', 'overlay', 1000, 30],
    ['normal', 'lanes', 1000, 6]
  ] as const)(
    'in %s rows, classes as %s, shows of %i rows the first %i',
    (rowHeight, classesAs, neurons, count) => {
      const { info, view, answers } = storeOf(1, 40, 1);
      const [layer] = info.layers;
      store = {
        info: {
          ...info,
          layers: [{ ...layer, neurons, instances: new Float32Array(neurons) }]
        },
        view: { ...view, rowHeight, classesAs, axis: 'neuron' },
        answers
      } as unknown as Store;
      const { cell, dispose } = codeCell([recording]);
      draw(cell);
      expect(mockDrawn[0].rows).toEqual({ kind: 'first', count });
      dispose();
    }
  );

  test('is described in names of one line, cut to 60 characters', () => {
    store = storeOf(1, 1, 1);
    const { cell, dispose } = codeCell([recording]);
    draw(cell);
    expect(saved(cell)).toMatchObject([
      {
        metadata: {
          'image/png': {
            alt: expect.stringMatching(
              new RegExp(`^Tiny ${'x'.repeat(54)}…: layers 0; classes 0;`)
            )
          }
        }
      }
    ]);
    dispose();
  });
});
