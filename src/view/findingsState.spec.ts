import { openedStore } from '../../tests/ts/fixtures';
import { droppedParts } from './dropped';
import { FindingsModel } from './findingsModel';
import type { FindingsState } from './findingsState';
import {
  closeFindings,
  parseFindings,
  START_DETECTOR,
  START_FINDINGS
} from './findingsState';
import { LookingBeside, LookingInView } from './looking';
import { defaultView, parseView } from './state';
import type { Store } from './store';
import { removeGroup, removeSample, toggleClass } from './update';
import { viewToJson } from './viewJson';

let store: Store;
let looking: LookingInView;

const FULL: FindingsState = {
  question: 'alike',
  contrast: {
    divergence: 'wasserstein',
    a: { class: 2 },
    b: { rest: true }
  },
  layer: 'dense_2',
  follow: 'b0',
  matrix: 'conv',
  detector: { score: 'largestDeviation', against: 'correct', layer: 'conv' }
};

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  looking = LookingInView.of(store);
});

describe('findings in a view', () => {
  it('are a step to open; every choice is one more, and none that changes nothing', () => {
    const before = store.view;
    looking.change(FULL);
    expect(store.view).toBe(before);
    looking.toggle();
    expect(store.view.findings).toEqual(START_FINDINGS);
    const model = FindingsModel.of(looking);
    model.compare({ divergence: 'auc', a: { class: 2 }, b: { class: 0 } });
    model.lookAt('dense_1');
    const { view } = store;
    model.lookAt('dense_1');
    model.lookFor('most');
    expect(store.view).toBe(view);
    store.undo();
    expect(store.view.findings).toMatchObject({
      layer: null,
      contrast: { a: { class: 2 }, b: { class: 0 } }
    });
    expect(model.layer).toBeNull();
    store.undo();
    store.undo();
    expect(store.view).toBe(before);
  });

  it('change no graph', () => {
    const figures = store.figures();
    looking.toggle();
    looking.change({ layer: 'conv' });
    expect(store.figures()).toBe(figures);
    looking.toggle();
    expect(store.figures()).toBe(figures);
  });

  it('look for what they looked for when they are opened again', () => {
    looking.toggle();
    looking.change(FULL);
    looking.toggle();
    expect(store.view.findings).toBeNull();
    store.update(v => toggleClass(v, 0, [0, 1, 2, 3]));
    looking.toggle();
    expect(store.view.findings).toEqual(FULL);
    store.update(closeFindings);
    expect(looking.state).toEqual(FULL);
  });

  it('let go of groups and samples that are removed', () => {
    const group = { id: 'v1', name: 'x', color: null, where: { label: [1] } };
    store.update(v => ({ ...v, groups: [group], samples: [3] }));
    looking.toggle();
    looking.change({
      contrast: { divergence: 'auc', a: { class: 0 }, b: { group: 'v1' } },
      follow: 'sample:3'
    });
    store.update(v => removeSample(v, 3));
    expect(looking.state).toMatchObject({
      contrast: { b: { group: 'v1' } },
      follow: null
    });
    store.update(v => removeGroup(v, 'v1'));
    expect(looking.state.contrast).toBeNull();
  });
});

it('A docked panel looks for what it looks for, whatever the view does', () => {
  const docked = LookingBeside.of(store);
  const changed = jest.fn();
  docked.changed.connect(changed);
  const { view } = store;
  docked.change(FULL);
  docked.change({ layer: FULL.layer });
  expect(changed).toHaveBeenCalledTimes(1);
  expect(store.view).toBe(view);
  looking.toggle();
  expect(changed).toHaveBeenCalledTimes(2);
  expect(LookingBeside.of(store).state).toEqual(FULL);
  expect(looking.state).toEqual(START_FINDINGS);
});

describe('parsing findings', () => {
  const parsed = (json: unknown) => parseFindings(json, store.info, store.view);

  it('gives back what was written', () => {
    looking.toggle();
    looking.change(FULL);
    const json: unknown = JSON.parse(JSON.stringify(viewToJson(store.view)));
    const { info, view } = store;
    expect(parseView(json, info, defaultView(info))).toEqual(view);
    expect(droppedParts(json, info)).toEqual([]);
  });

  it('closed ones are not written', () => {
    expect(viewToJson(store.view)).not.toHaveProperty('findings');
  });

  it.each([[null], [{}], [[]], [3], ['most']])('%j opens nothing', json => {
    expect(parsed(json)).toBeNull();
    expect(droppedParts({ findings: json }, store.info)).toEqual([]);
  });

  it('what is missing is as at the start', () => {
    expect(parsed({ question: 'most' })).toEqual(START_FINDINGS);
    expect(parsed({ detector: {} })?.detector).toEqual(START_DETECTOR);
  });

  it('drops what is impossible, names it, and keeps the rest', () => {
    const json = {
      question: 'all',
      contrast: { divergence: 'auc', a: { class: 0 }, b: { class: 99 } },
      layer: 'gone',
      follow: 'nobody',
      matrix: 7,
      detector: { score: 'x', against: 'correct', layer: 'gone' },
      more: 1
    };
    expect(parsed(json)).toEqual({
      ...START_FINDINGS,
      detector: { ...START_DETECTOR, against: 'correct' }
    });
    expect(droppedParts({ findings: json }, store.info)).toEqual(
      ['contrast', 'layer', 'follow', 'matrix', 'detector'].map(of => ({
        part: 'findings',
        of
      }))
    );
  });

  it.each([
    [{ divergence: 'z', a: { class: 0 }, b: { class: 1 } }],
    [{ divergence: 'auc', a: { class: 0 }, b: { instance: 'b0' } }],
    [{ divergence: 'auc', a: { brush: 'selection' }, b: { brush: 'rest' } }],
    [{ divergence: 'auc', a: { rest: true }, b: { class: 0 } }],
    ['auc']
  ])('%j is nothing to compare', contrast => {
    expect(parsed({ contrast })?.contrast).toBeNull();
  });
});
