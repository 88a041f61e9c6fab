import { openedStore } from '../../tests/ts/fixtures';
import type { RecordingInfo } from '../worker/protocol';
import { defaultView, initialView, parseView } from './state';
import { viewToJson } from './viewJson';

let info: RecordingInfo;

beforeAll(async () => {
  info = (await openedStore('tiny.ndiv')).info;
});

const parsed = (json: unknown) => parseView(json, info, defaultView(info));

describe('The default view', () => {
  it('shows the last two hidden layers, and the pair with its true and predicted class', () => {
    const view = defaultView({ ...info, view: null });
    const attacked = info.instances.find(i => i.role === 'attacked');
    expect(view.layers).toEqual(info.layers.slice(-2).map(l => l.name));
    expect(view.classes).toEqual([attacked?.label, attacked?.prediction]);
    expect(view.instances).toContain(attacked?.id);
    expect(view.order).toEqual({ by: 'value', instance: attacked?.id });
  });

  it('leaves out the output layer when there are others', () => {
    const layer = info.layers[0];
    const output = { ...layer, name: 'logits', neurons: info.classes.length };
    const view = defaultView({ ...info, layers: [layer, output] });
    expect(view.layers).toEqual([layer.name]);
  });

  it('works without instances, classes and labels', () => {
    const bare: RecordingInfo = {
      ...info,
      instances: [],
      classes: [],
      classSizes: { label: null, prediction: null, correct: null }
    };
    const view = initialView({ ...bare, view: undefined });
    expect(view.order).toEqual({ by: 'index' });
    expect(view.classes).toEqual([]);
  });
});

describe('Parsing a view', () => {
  it('gives back what was written', () => {
    const view = parsed({
      layers: [info.layers[0].name],
      classes: [1, 0],
      neurons: { [info.layers[0].name]: { hidden: [1], marked: [0, 2] } },
      order: { by: 'median', class: 2 },
      bins: 32,
      opacity: 'log',
      markedOnly: true
    });
    expect(parsed(JSON.parse(JSON.stringify(viewToJson(view))))).toEqual(view);
  });

  it.each([
    ['a layer that is gone', { layers: ['gone'] }, { layers: [] }],
    ['a class out of range', { classes: [0, 99, -1, 1.5] }, { classes: [0] }],
    ['an unknown instance', { instances: ['nobody'] }, { instances: [] }],
    ['an unknown choice', { opacity: 'cubic', bins: 257 }, {}],
    [
      'an order by a class that is not there',
      { order: { by: 'median', class: 99 } },
      {}
    ],
    ['no object at all', 'view', {}],
    ['a future version', { version: 2, classes: [] }, {}]
  ])('drops %s and keeps the rest', (_, json, kept) => {
    expect(parsed(json)).toEqual({ ...defaultView(info), ...kept });
  });

  it('drops neurons that the layer does not have', () => {
    const { name, neurons } = info.layers[0];
    const view = parsed({
      neurons: { [name]: { hidden: [0, neurons, -1, 'x'], marked: null } }
    });
    expect([...(view.neurons.get(name)?.hidden ?? [])]).toEqual([0]);
  });

  it('is not fooled by names of object members', () => {
    const json: unknown = JSON.parse(
      '{"neurons": {"__proto__": {"hidden": [0]}}, "__proto__": {"bins": 8}}'
    );
    expect(parsed(json)).toEqual(defaultView(info));
    expect(({} as { hidden?: unknown }).hidden).toBeUndefined();
    const odd = { ...info, layers: [{ ...info.layers[0], name: '__proto__' }] };
    const view = parseView(json, odd, defaultView(odd));
    expect(view.neurons.get('__proto__')?.hidden).toEqual(new Set([0]));
    const written = JSON.stringify(viewToJson(view));
    expect(written).toContain('"__proto__":{"hidden":[0]');
  });

  it('keeps to memberships that the recording can answer', () => {
    const unlabelled: RecordingInfo = {
      ...info,
      classSizes: { ...info.classSizes, prediction: null }
    };
    const view = parseView(
      { membership: 'prediction' },
      unlabelled,
      defaultView(unlabelled)
    );
    expect(view.membership).toBe('label');
  });
});
