import { openedStore } from '../../../tests/ts/fixtures';
import { defaultView, parseView } from '../state';
import type { Store } from '../store';
import { removeGroup, toggleClass } from '../update';
import { viewToJson } from '../viewJson';
import type { DetailState } from './state';
import { parseDetail, startDetail } from './state';
import { changeDetail, closeDetail, openDetail } from './steps';

let store: Store;
let layer: string;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  layer = store.info.layers[0].name;
});

const open = (neuron: number, last: DetailState | null = null) =>
  store.update(v => openDetail(v, { layer, neuron }, last, store.info));

describe('the open neuron', () => {
  it('is a step; what is changed in it in a row is one more', () => {
    const before = store.view;
    open(2);
    expect(store.view.detail).toEqual(
      startDetail({ layer, neuron: 2 }, store.view)
    );
    changeDetail(store, { logX: true });
    changeDetail(store, { neuron: 3 });
    expect(store.view.detail).toMatchObject({ neuron: 3, logX: true });
    store.undo();
    expect(store.view.detail).toMatchObject({ neuron: 2, logX: false });
    changeDetail(store, { curve: 'ecdf' });
    expect(store.canRedo).toBe(false);
    store.undo();
    store.undo();
    expect(store.view).toBe(before);
    store.redo();
    expect(store.view.detail?.curve).toBe('histogram');
  });

  it('takes no other change of the view into its step', () => {
    open(2);
    changeDetail(store, { logX: true });
    store.update(v => toggleClass(v, 0, [0, 1, 2, 3]));
    const { classes } = store.view;
    changeDetail(store, { logY: true });
    store.undo();
    expect(store.view.classes).toBe(classes);
    expect(store.view.detail).toMatchObject({ logX: true, logY: false });
  });

  it('changes no graph', () => {
    const figures = store.figures();
    open(1);
    expect(store.figures()).toBe(figures);
    changeDetail(store, { neuron: 2 });
    expect(store.figures()).toBe(figures);
    store.update(closeDetail);
    expect(store.figures()).toBe(figures);
  });

  it('is looked at as the last one was, as far as that is possible', () => {
    const last: DetailState = {
      ...startDetail({ layer, neuron: 2 }, store.view),
      curve: 'ecdf',
      pick: 'near',
      near: 3,
      a: { group: 'gone' },
      against: { layer, neuron: 1 }
    };
    open(4, last);
    expect(store.view.detail).toEqual({
      ...last,
      neuron: 4,
      pick: 'most',
      near: null,
      a: null
    });
  });

  it('lets go of a group that is removed', () => {
    const group = { id: 'v1', name: 'x', color: null, where: { label: [1] } };
    store.update(v => ({ ...v, groups: [group] }));
    open(0);
    changeDetail(store, { a: { group: 'v1' }, b: { class: 1 } });
    store.update(v => removeGroup(v, 'v1'));
    expect(store.view.detail).toMatchObject({ a: null, b: { class: 1 } });
  });
});

describe('parsing it', () => {
  const parsed = (detail: unknown) =>
    parseDetail(detail, store.info, { groups: [], brush: null, extent: 'fit' });

  it('gives back what was written', () => {
    open(3);
    changeDetail(store, {
      curve: 'ecdf',
      logX: true,
      logY: true,
      extent: 'full',
      bins: 128,
      pick: 'near',
      near: -0.5,
      a: { rest: true },
      b: { instance: store.info.instances[0].id },
      against: { layer, neuron: 1 }
    });
    const json: unknown = JSON.parse(JSON.stringify(viewToJson(store.view)));
    const { info, view } = store;
    expect(parseView(json, info, defaultView(info))).toEqual(view);
  });

  it('begins with the extent of the view', () => {
    const { info } = store;
    const json = { extent: 'full', detail: { layer, neuron: 0 } };
    const { detail } = parseView(json, info, defaultView(info));
    expect(detail?.extent).toBe('full');
  });

  it.each([
    [null],
    [{}],
    [{ layer: 'gone', neuron: 0 }],
    [{ layer: 'conv', neuron: -1 }],
    [{ layer: 'conv', neuron: 1e9 }],
    [{ layer: 'conv', neuron: '0' }],
    [[]]
  ])('there is none in %j', json => {
    expect(parsed(json)).toBeNull();
  });

  it('drops what is impossible, and keeps the rest', () => {
    expect(
      parsed({
        layer,
        neuron: 1,
        curve: 'violin',
        extent: 3,
        bins: 17,
        pick: {},
        near: '1',
        a: { instance: store.info.instances[0].id },
        b: { class: 99 },
        against: { layer },
        logX: 1,
        logY: true
      })
    ).toEqual({
      ...startDetail({ layer, neuron: 1 }, { extent: 'fit' }),
      logY: true
    });
  });
});
