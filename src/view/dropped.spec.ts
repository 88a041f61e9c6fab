import { openedStore } from '../../tests/ts/fixtures';
import { droppedParts } from './dropped';
import { viewToJson } from './viewJson';

test('a view of the recording itself fits', async () => {
  const { info, view } = await openedStore('tiny.ndiv');
  expect(droppedParts(viewToJson(view), info)).toEqual([]);
});

test('everything that is not there is named', async () => {
  const { info } = await openedStore('tiny.ndiv');
  const [layer] = info.layers;
  const json = {
    layers: ['gone', layer.name],
    classes: [0, 99],
    instances: ['nobody'],
    order: { by: 'median', class: 99 },
    membership: 'astrology',
    detail: { layer: layer.name, neuron: 1e6 },
    neurons: {
      [layer.name]: { hidden: [0, 1e6], marked: [1e6] },
      gone: { hidden: [1], marked: [] }
    }
  };
  expect(droppedParts(json, info)).toEqual([
    { part: 'layer', name: 'gone' },
    { part: 'class', index: 99 },
    { part: 'instance', name: 'nobody' },
    { part: 'detail', of: 'neuron' },
    { part: 'order' },
    { part: 'membership' },
    { part: 'neurons', layer: layer.name, count: 1 },
    { part: 'neurons', layer: 'gone', count: 1 }
  ]);
});

test('of an open neuron what is not there is named', async () => {
  const { info } = await openedStore('tiny.ndiv');
  const detail = {
    layer: info.layers[0].name,
    neuron: 0,
    a: { group: 'gone' },
    b: { rest: true },
    against: { layer: 'gone', neuron: 0 }
  };
  expect(droppedParts({ detail }, info)).toEqual(
    ['a', 'against'].map(of => ({ part: 'detail', of }))
  );
});

test.each([
  null,
  3,
  'x',
  [],
  {},
  { version: 1 },
  { detail: null },
  { detail: {} }
])('%j drops nothing', async json => {
  const { info } = await openedStore('tiny.ndiv');
  expect(droppedParts(json, info)).toEqual([]);
});

test('a view of a newer version is dropped as a whole', async () => {
  const { info } = await openedStore('tiny.ndiv');
  expect(droppedParts({ version: 2, classes: [99] }, info)).toEqual([
    { part: 'view', version: 2 }
  ]);
});
