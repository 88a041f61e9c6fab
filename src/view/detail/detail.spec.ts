import { decodeWhole } from '../../../tests/ts/whole';
import { fixtureBytes } from '../../../tests/ts/fixtures';
import { compareValues } from '../../core/divergence/compare';
import { DIVERGENCES } from '../../core/divergence';
import { oneVersusRestValues } from '../../core/divergence/oneVersusRest';
import { UnavailableError } from '../../core/errors';
import { groupSamples, rowsOf } from '../../core/groups';
import { codeLayer, measureCodes, measureValues } from '../../core/measure';
import { measuredValues } from '../../core/neuron/column';
import { statisticsOf } from '../../core/neuron/statistics';
import { createEngine } from '../../worker/engine';
import type { Answering, RecordingInfo, Subset } from '../../worker/protocol';
import { browserPorts } from '../../worker/unpack';
import { BIN_CHOICES, binsOver, wantedBins } from './bins';
import { groupDivergences, instanceDivergences } from './divergences';
import { isMany, itemOf, keyOf } from '../items';
import type { Asking } from './neuronData';
import { NeuronData } from './neuronData';
import { atNeuron, comparedItems, neighbour, startDetail } from './state';

const recording = decodeWhole(fixtureBytes('tiny.ndiv'), bytes =>
  new TextDecoder().decode(bytes)
);
const LAYER = 0;
const layer = recording.layers[LAYER];
const activations = layer.activations!;
const coded = codeLayer(activations, layer);
const groups = groupSamples(
  recording.samples,
  'label',
  recording.classes.length
);
const ofClass = (classIndex: number): Subset => ({
  classIndex,
  membership: 'label'
});
const column = (neuron: number) =>
  Float32Array.from(
    { length: recording.samples.count },
    (_, row) => activations[row * layer.neurons + neuron]
  );

/** Answers as an engine would; `asked` counts the questions. */
function fakeAsk(exact = true) {
  const asked: string[] = [];
  const engine: Partial<Answering> = {
    values: async (_, neuron) => {
      asked.push('values');
      return { values: column(neuron), exact };
    },
    samples: async () => recording.samples,
    members: async where => {
      asked.push('members');
      return Uint32Array.from('samples' in where ? where.samples : []);
    },
    distribution: async (_, subset) => {
      asked.push('distribution');
      const rows = rowsOf(
        groups,
        'classIndex' in subset ? subset.classIndex : 0
      );
      return exact ? measureValues(coded, rows) : measureCodes(coded, rows);
    },
    oneVersusRest: async () => {
      asked.push('oneVersusRest');
      return {
        ...oneVersusRestValues(
          coded,
          recording.classes.map((_, i) => rowsOf(groups, i))
        ),
        from: 'values'
      };
    },
    pictures: async () => null
  };
  return { ask: askingOf(engine), engine, asked };
}

function askingOf(engine: Partial<Answering>): Asking {
  return {
    ask: (question, signal = new AbortController().signal) =>
      question(engine as Answering, signal)
  };
}

async function infoOf(): Promise<RecordingInfo> {
  return createEngine(browserPorts).open({
    kind: 'block',
    bytes: fixtureBytes('tiny.ndiv')
  });
}

const all: NeuronData[] = [];

function known(...of: ConstructorParameters<typeof NeuronData>): NeuronData {
  all.push(new NeuronData(...of));
  return all[all.length - 1];
}

afterEach(() => all.splice(0).forEach(data => data.dispose()));

const arrived = async () => {
  for (let i = 0; i < 5; i++) {
    await new Promise(resolve => setTimeout(resolve));
  }
};

describe('what is known of a neuron', () => {
  it('is exact once its values are here', async () => {
    const { ask, asked } = fakeAsk();
    const data = known(ask, await infoOf(), LAYER, 2, () => null);
    const changed = jest.fn();
    data.changed.connect(changed);
    expect(data.state).toBe('waiting');
    expect(data.measured(ofClass(1))).toBeNull();
    await arrived();
    expect(changed).toHaveBeenCalled();
    expect(data.state).toBe('here');
    const rows = rowsOf(groups, 1);
    expect(statisticsOf(data.measured(ofClass(1))!)).toEqual(
      statisticsOf(measuredValues(column(2), rows))
    );
    expect(data.measured(ofClass(1))).toBe(data.measured(ofClass(1)));
    expect(asked).toEqual(['values']);
  });

  it('has counts that are here before its values come', async () => {
    const { ask } = fakeAsk();
    const counts = measureValues(coded, rowsOf(groups, 0));
    const data = known(ask, await infoOf(), LAYER, 0, () => counts);
    expect(data.measured(ofClass(0))?.column.exact).toBe(false);
    expect(data.measured(ofClass(0))?.size).toBe(counts.size);
    await arrived();
    expect(data.measured(ofClass(0))?.column.exact).toBe(true);
  });

  it('asks for counts where only a summary is here', async () => {
    const { ask, asked } = fakeAsk();
    const info = await infoOf();
    const summary: RecordingInfo = {
      ...info,
      layers: info.layers.map(l => ({ ...l, detail: 'summary' }))
    };
    const data = known(ask, summary, LAYER, 0, () => null);
    expect(data.state).toBe('summary');
    expect(data.measured(ofClass(0))).toBeNull();
    expect(data.measured(ofClass(0))).toBeNull();
    await arrived();
    expect(data.measured(ofClass(0))?.column.exact).toBe(false);
    expect(data.values).toBeNull();
    expect(data.rows(ofClass(0))).toBeNull();
    expect(data.comparedRest(ofClass(0), 'label')).toBeNull();
    expect(asked).toEqual(['distribution']);
  });

  it('does not take bin centres for values', async () => {
    const { ask } = fakeAsk(false);
    const data = known(ask, await infoOf(), LAYER, 0, () => null);
    await arrived();
    expect(data.values).not.toBeNull();
    expect(data.isExact).toBe(false);
    data.measured(ofClass(0));
    await arrived();
    expect(data.measured(ofClass(0))?.column.exact).toBe(false);
    expect(data.measured(ofClass(0))?.zeros).toBeNull();
    expect(data.compared(ofClass(0))).toHaveProperty('counts');
  });

  it('divergences are those of the layer', async () => {
    const { ask } = fakeAsk();
    const data = known(ask, await infoOf(), LAYER, 3, () => null);
    await arrived();
    const [a, b] = [data.compared(ofClass(0))!, data.compared(ofClass(1))!];
    for (const { key, value, bound } of groupDivergences(a, b)) {
      if (key !== 'mannWhitneyP') {
        const divergence = DIVERGENCES[key];
        expect(divergence.of).toBe('groups');
        const [expected] = compareValues(
          coded,
          rowsOf(groups, 0),
          rowsOf(groups, 1),
          divergence.of === 'groups' ? [divergence] : []
        );
        expect(value).toBe(expected.values[3]);
        expect(bound).toBe(Number.isNaN(value) ? NaN : 0);
      }
    }
    const placed = instanceDivergences(a, column(3)[0]);
    expect(placed.map(({ key }) => key)).toContain('percentile');
  });

  it('the rest is what has a class and is not in the group', async () => {
    const { ask } = fakeAsk();
    const data = known(ask, await infoOf(), LAYER, 0, () => null);
    await arrived();
    const rest = data.comparedRest(ofClass(1), 'label');
    const others = [...groups.rows].filter(
      row => recording.samples.labels![row] !== 1
    );
    expect(rest).toHaveProperty(
      'rows',
      Uint32Array.from(others.sort((x, y) => x - y))
    );
  });

  it('which class it singles out, from values or as an engine tells', async () => {
    const info = await infoOf();
    const exact = known(fakeAsk().ask, info, LAYER, 4, () => null);
    const rough = known(fakeAsk(false).ask, info, LAYER, 4, () => null);
    expect(exact.singledOut('label')).toBeNull();
    await arrived();
    rough.singledOut('label');
    await arrived();
    expect(exact.singledOut('label')).toEqual(rough.singledOut('label'));
  });

  it('groups are asked for by their condition', async () => {
    const { ask, asked } = fakeAsk();
    const data = known(ask, await infoOf(), LAYER, 0, () => null);
    await arrived();
    const subset: Subset = { where: { samples: [3, 5] } };
    expect(data.rows(subset)).toBeNull();
    await arrived();
    expect(data.rows(subset)).toEqual(Uint32Array.of(3, 5));
    expect(data.measured(subset)?.size).toBe(2);
    expect(asked).toEqual(['values', 'members']);
  });

  it('tells what failed', async () => {
    const failure = new UnavailableError('gone', 'closed');
    const { engine } = fakeAsk();
    const data = known(
      askingOf({ ...engine, values: () => Promise.reject(failure) }),
      await infoOf(),
      LAYER,
      0,
      () => null
    );
    await arrived();
    expect(data.state).toBe('failed');
    expect(data.error).toBe(failure);
  });

  it('is quiet once it is disposed of', async () => {
    const { ask } = fakeAsk();
    const data = known(ask, await infoOf(), LAYER, 0, () => null);
    const changed = jest.fn();
    data.changed.connect(changed);
    data.dispose();
    await arrived();
    expect(changed).not.toHaveBeenCalled();
    expect(data.error).toBeNull();
  });
});

describe('bins of the axis', () => {
  const measured = (list: readonly number[]) =>
    measuredValues(Float32Array.from(list), Uint32Array.from(list.keys()))
      .column;

  it('are at most as many as asked for, and hold all values and points', () => {
    const values = measured(Array.from({ length: 50 }, (_, i) => i / 7));
    for (const count of BIN_CHOICES) {
      const bins = binsOver([values], [-3, NaN, 9.5], true, count);
      const width = 2 ** bins.exponent;
      expect(bins.count).toBeLessThanOrEqual(count);
      expect(bins.count).toBeGreaterThan(count / 4);
      expect(bins.first * width).toBeLessThanOrEqual(-3);
      expect((bins.first + bins.count) * width).toBeGreaterThan(9.5);
    }
  });

  it('leave out tails unless the range is full', () => {
    const list = Array.from({ length: 3000 }, (_, i) => i / 3000);
    const values = measured([...list, 1000]);
    const end = (isFull: boolean) => {
      const { first, count, exponent } = binsOver([values], [], isFull, 64);
      return (first + count) * 2 ** exponent;
    };
    expect(end(true)).toBeGreaterThan(1000);
    expect(end(false)).toBeLessThanOrEqual(2);
  });

  it.each([[[0, 0, 0]], [[5, 5]], [[-2e-38]], [[]], [[NaN]]])(
    'have room around %j',
    list => {
      const bins = binsOver([measured(list)], [], false, 256);
      expect(bins.count).toBeGreaterThan(1);
      const width = 2 ** bins.exponent;
      expect(width).toBeGreaterThan(0);
      for (const value of list.filter(v => !Number.isNaN(v))) {
        expect(bins.first * width).toBeLessThanOrEqual(value);
        expect((bins.first + bins.count) * width).toBeGreaterThan(value);
      }
    }
  );

  it('are as many as the samples fill', () => {
    const of = (total: number) =>
      wantedBins([{ ...measured([]), total }], false);
    expect([0, 50, 500, 5000, 1e6].map(of)).toEqual([16, 16, 64, 256, 256]);
    expect(wantedBins([measured([1])], true)).toBe(256);
  });
});

describe('what is looked at', () => {
  const start = startDetail({ layer: 'a', neuron: 4 }, { extent: 'full' });
  const info = { classes: [{}, {}, {}] } as unknown as RecordingInfo;
  const byIndex = { order: { by: 'index' } } as const;

  it('another neuron keeps how it is looked at, not the chosen value', () => {
    const next = atNeuron(
      { ...start, near: 3, pick: 'near', logX: true },
      { layer: 'a', neuron: 5 }
    );
    expect(next).toEqual({ ...start, neuron: 5, logX: true });
    expect(start.extent).toBe('full');
  });

  it('compares what was chosen, sorted by, or shown', () => {
    const [x, y] = [{ class: 1 }, { class: 2 }];
    expect(comparedItems(start, byIndex, [x, y], info)).toEqual([x, y]);
    expect(comparedItems(start, byIndex, [x], info)).toEqual([
      { rest: true },
      x
    ]);
    expect(
      comparedItems({ ...start, b: { instance: 'a' } }, byIndex, [x, y], info)
    ).toEqual([x, { instance: 'a' }]);
    const order = {
      by: 'divergence',
      divergence: 'auc',
      a: y,
      b: { rest: true },
      absolute: true
    } as const;
    expect(comparedItems(start, { order }, [x], info)).toEqual([
      y,
      { rest: true }
    ]);
  });

  it('neighbours follow the order and end with it', () => {
    const rows = Uint32Array.of(5, 2, 9);
    expect(neighbour(rows, 2, 1)).toBe(9);
    expect(neighbour(rows, 9, 1)).toBe(9);
    expect(neighbour(rows, 5, -1)).toBe(5);
    expect(neighbour(rows, 7, 1)).toBe(7);
  });

  it('items are named by keys', () => {
    for (const item of [
      { class: 3 },
      { group: 'g0' },
      { rest: true },
      { instance: 'a:0' }
    ] as const) {
      expect(itemOf(keyOf(item))).toEqual(item);
      expect(isMany(item)).toBe(!('instance' in item));
    }
  });
});
