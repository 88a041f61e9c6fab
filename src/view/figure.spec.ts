import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openedStore, settled } from '../../tests/ts/fixtures';
import { barOf, layerPeaks, opacityOf, peakOf } from './bars';
import { columnsMax, columnsMin, columnsOver } from './columns';
import { hoverOf } from './hover';
import { CHOICES } from './choices';
import type { Store } from './store';
import { setChoice, setShown, toggleHidden, toggleMarked } from './update';
import { parseOrder } from '../core/scores';

type Reference = Record<
  string,
  { orders: { order: unknown; descending: boolean; neurons: number[] }[] }
>;
const reference = (
  JSON.parse(
    readFileSync(
      join(__dirname, '../../tests/fixtures/tiny.reference.json'),
      'utf8'
    )
  ) as { layers: Reference }
).layers;

let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
  store.update(v =>
    setShown(v, {
      layers: store.info.layers.map(l => l.name),
      classes: store.info.classes.map((_, k) => k)
    })
  );
  await settled(store);
});

describe('Rows', () => {
  it('stand in the reference order for every sort key, in every layer', async () => {
    for (const [layer, { orders }] of Object.entries(reference)) {
      for (const { order: json, descending, neurons } of orders) {
        const order = parseOrder(json);
        expect(order).not.toBeNull();
        store.update(v => ({ ...v, order: order ?? v.order, descending }));
        const figure = store.figures().find(f => f.layer.name === layer);
        expect([...(figure?.rows ?? [])]).toEqual(neurons);
      }
    }
  });

  it('of hidden neurons stay, or go when they collapse', () => {
    const { name, neurons } = store.info.layers[1];
    store.update(v => toggleHidden(v, name, 2));
    expect(store.figures()[1].rows).toHaveLength(neurons);
    store.update(v => setChoice(v, 'hidden', 'collapse'));
    expect(store.figures()[1].rows).toHaveLength(neurons - 1);
    expect(store.figures()[1].rows).not.toContain(2);
  });

  it('can be the marked ones only', () => {
    store.update(v =>
      setChoice(
        toggleMarked(v, store.info.layers[1].name, 4),
        'markedOnly',
        true
      )
    );
    expect(store.figures().map(f => f.rows.length)).toEqual([0, 1, 0]);
    expect([...store.figures()[1].rows]).toEqual([4]);
  });
});

describe('Figures', () => {
  it('are the same objects while nothing changes', () => {
    expect(store.figures()).toBe(store.figures());
  });

  it('of a summary alone have the same medians and counts', async () => {
    const summary = await openedStore('tiny.summary.ndiv');
    summary.set({ ...store.view, membership: 'label' });
    await settled(summary);
    store.figures().forEach((figure, k) => {
      figure.classes.forEach(({ distribution }, c) => {
        const other = summary.figures()[k].classes[c].distribution;
        expect(other.median).toEqual(distribution.median);
        expect([...other.counts]).toEqual([...distribution.counts]);
      });
    });
  });
});

describe('Bars', () => {
  it('hold every finite value once: columns, zeros apart, and both sides', () => {
    for (const axis of CHOICES.axis) {
      for (const extent of CHOICES.extent) {
        for (const bins of [8, 48, 64, 256]) {
          store.update(v => ({ ...v, axis, extent, bins }));
          for (const figure of store.figures()) {
            for (const neuron of figure.rows) {
              for (const { distribution: d } of figure.classes) {
                const columns = figure.columnsOf(neuron);
                const bar = barOf(d, neuron, columns, true);
                const inside = bar.density.reduce((a, b) => a + b, 0);
                const odd = d.nan[neuron] + d.posinf[neuron] + d.neginf[neuron];
                expect(
                  inside + bar.below + bar.above + d.zeros[neuron] + odd
                ).toBeCloseTo(d.size, 6);
              }
            }
          }
        }
      }
    }
  });

  it('fit all values when the axis is full', () => {
    store.update(v => setChoice(v, 'extent', 'full'));
    for (const figure of store.figures()) {
      for (const neuron of figure.rows) {
        for (const { distribution } of figure.classes) {
          const bar = barOf(
            distribution,
            neuron,
            figure.columnsOf(neuron),
            true
          );
          expect([bar.below, bar.above]).toEqual([0, 0]);
        }
      }
    }
  });

  it('never have more columns than wanted, and always hold the dots', () => {
    for (const axis of CHOICES.axis) {
      for (const bins of [8, 48, 64, 256]) {
        store.update(v => ({ ...v, axis, bins }));
        for (const figure of store.figures()) {
          for (const neuron of figure.rows) {
            const columns = figure.columnsOf(neuron);
            expect(columns.count).toBeLessThanOrEqual(bins);
            for (const { values } of figure.instances) {
              if (Number.isFinite(values[neuron])) {
                expect(values[neuron]).toBeGreaterThanOrEqual(
                  columnsMin(columns)
                );
                expect(values[neuron]).toBeLessThanOrEqual(columnsMax(columns));
              }
            }
          }
        }
      }
    }
  });

  it('are opaque at their fullest bin, by row or by layer', () => {
    const figure = store.figures()[1];
    const peaks = layerPeaks(figure);
    figure.classes.forEach(({ distribution }, k) => {
      const rowPeaks = [...figure.rows].map(neuron =>
        peakOf(
          barOf(distribution, neuron, figure.columnsOf(neuron), true).density
        )
      );
      expect(peaks[k]).toBe(Math.max(...rowPeaks));
    });
  });

  it.each(CHOICES.opacity)('have monotone %s opacity from 0 to 1', opacity => {
    const levels = [0, 1, 2, 5, 10].map(n => opacityOf(n, 10, opacity));
    expect(levels[0]).toBe(0);
    expect(levels[4]).toBe(1);
    expect([...levels].sort((a, b) => a - b)).toEqual(levels);
    expect(opacityOf(0, 0, opacity)).toBe(0);
  });
});

describe('The hover card', () => {
  it('counts every sample of every class exactly once over the columns', () => {
    store.update(v => ({ ...v, bins: 16, extent: 'full' }));
    for (const figure of store.figures()) {
      for (const neuron of [0, 1, 2]) {
        const { count } = figure.columnsOf(neuron);
        const totals = figure.classes.map(() => 0);
        for (let column = 0; column < count; column++) {
          hoverOf(figure, neuron, column).classes.forEach((c, k) => {
            totals[k] += c.count;
          });
        }
        hoverOf(figure, neuron, 0).classes.forEach((c, k) => {
          expect(totals[k] + c.zeros + c.nonFinite).toBe(c.size);
        });
      }
    }
  });
});

describe('Columns', () => {
  it.each([
    [[0, 1], 64, -30],
    [[-3.5, 17.25], 64, -30],
    [[1e30, 1.1e30], 16, 70],
    [[5, 5], 64, -18],
    [[-1e-40, 1e-40], 8, -149]
  ] as const)('over %j, at most %i', (extent, bins, finest) => {
    const columns = columnsOver(extent, bins, finest);
    expect(columns.count).toBeGreaterThan(0);
    expect(columns.count).toBeLessThanOrEqual(bins);
    expect(columnsMin(columns)).toBeLessThanOrEqual(extent[0]);
    expect(columnsMax(columns)).toBeGreaterThan(extent[1]);
  });

  it.each([
    [[0, 5], { exponent: 3, first: 0, count: 1 }],
    [[-5, -0.1], { exponent: 3, first: -1, count: 1 }],
    [[-3, 5], { exponent: 3, first: -1, count: 2 }],
    [[-3, 0], { exponent: 2, first: -1, count: 2 }]
  ] as const)(
    'over %j, one wanted, are two where values have both signs',
    (extent, columns) => {
      expect(columnsOver(extent, 1, -8)).toEqual(columns);
    }
  );

  it('stand around zero when there is nothing to show', () => {
    expect(columnsOver([Infinity, -Infinity], 64, 0)).toEqual({
      exponent: 0,
      first: 0,
      count: 1
    });
  });
});
