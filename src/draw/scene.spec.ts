import { openedStore, settled } from '../../tests/ts/fixtures';
import type { Store } from '../view/store';
import { toggleHidden } from '../view/update';
import type { Scene, SceneOptions, SceneRow } from './scene';
import {
  graphLayout,
  isSameScene,
  pxToColumn,
  rowHeightPx,
  sceneOf,
  valueToPx
} from './scene';

let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
});

function sceneAt(scrollPx: number, change: Partial<SceneOptions> = {}): Scene {
  const figure = store.figures()[0];
  return sceneOf(figure, {
    layout: graphLayout(figure, 400, 15),
    heightPx: 100,
    scrollPx,
    opacity: 'linear',
    scale: 'row',
    classesAs: 'overlay',
    ...change
  });
}

describe('A scene', () => {
  it('holds the rows in the window and no others', () => {
    expect(sceneAt(0).rows.map(r => r.row)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const scrolled = sceneAt(20);
    expect(scrolled.rows[0].row).toBe(1);
    expect(scrolled.rows[0].topPx).toBe(-5);
  });

  it('places every dot and median inside the plot', () => {
    const { rows, layout } = sceneAt(0, { heightPx: 1000 });
    for (const row of rows) {
      for (const px of [...row.dotsPx, ...row.mediansPx]) {
        if (!Number.isNaN(px)) {
          expect(px).toBeGreaterThanOrEqual(layout.plotLeftPx);
          expect(px).toBeLessThanOrEqual(
            layout.plotLeftPx + layout.plotWidthPx
          );
        }
      }
    }
  });

  it('has a fullest bin of opacity 1 for every class with values on a row', () => {
    for (const row of sceneAt(0).rows) {
      const { count } = row.columns;
      for (let k = 0; k < store.view.classes.length; k++) {
        const bins = row.opacities.slice(k * count, (k + 1) * count);
        expect([0, 1]).toContain(Math.max(...bins));
      }
    }
  });

  it('divides rows into lanes, or staggers overlaid bands', () => {
    expect(sceneAt(0, { classesAs: 'lanes' }).bands).toEqual([
      [0, 0.5],
      [0.5, 1]
    ]);
    const [first, second] = sceneAt(0).bands;
    expect([first[0], second[1]]).toEqual([0, 1]);
    expect(second[0]).toBeLessThan(first[1]);
  });

  it('finds the column under a position that valueToPx gives', () => {
    const { rows, layout } = sceneAt(0);
    const { columns } = rows[0];
    const middleOf = (c: number) =>
      (columns.first + c + 0.5) * 2 ** columns.exponent;
    for (let c = 0; c < columns.count; c++) {
      const px = valueToPx(middleOf(c), columns, layout);
      expect(pxToColumn(px, columns, layout)).toBe(c);
    }
    expect(pxToColumn(0, columns, layout)).toBeNull();
    expect(pxToColumn(399, columns, layout)).toBeNull();
  });

  it('draws the same picture for the same recording and view', () => {
    store.update(v => toggleHidden(v, store.figures()[0].layer.name, 1));
    const rows = sceneAt(0).rows.map(row => ({
      neuron: row.neuron,
      label: row.label,
      value: row.value,
      hidden: row.hidden,
      dots: rounded(row.dotsPx),
      medians: rounded(row.mediansPx),
      zeros: rounded(row.zeroShares),
      opacities: rounded(row.opacities).join(' ')
    }));
    expect(rows).toMatchSnapshot();
  });

  it('is told from others by all but the last dots of its rows', () => {
    const changed = (change: Partial<SceneRow>): Scene => {
      const [first, ...others] = sceneAt(0).rows;
      return { ...sceneAt(0), rows: [{ ...first, ...change }, ...others] };
    };
    const { dotsPx } = sceneAt(0).rows[0];
    const moved = dotsPx.map((px, k) => (k === dotsPx.length - 1 ? 99 : px));
    expect(dotsPx.length).toBeGreaterThan(1);
    const isSame = (other: Scene, dots = dotsPx.length) =>
      isSameScene(sceneAt(0), other, dots);
    expect(isSame(sceneAt(0))).toBe(true);
    expect(isSame(changed({ dotsPx: moved }))).toBe(false);
    expect(isSame(changed({ dotsPx: moved }), dotsPx.length - 1)).toBe(true);
    expect(isSame(changed({ marked: true }))).toBe(false);
    expect(isSame(changed({ mediansPx: new Float32Array(2) }))).toBe(false);
    const bracket = { neuron: 0, from: 1, to: 2, at: 0, not: false };
    const brushed = [{ ...bracket, fromPx: 1, toPx: 2 }];
    expect(isSame(changed({ brushed }))).toBe(false);
    for (const other of [
      sceneAt(1),
      sceneAt(0, { heightPx: 90 }),
      sceneAt(0, { classesAs: 'lanes' }),
      sceneAt(0, { opacity: 'sqrt' })
    ]) {
      expect(isSame(other)).toBe(false);
    }
  });

  it('follows a choice of bins', async () => {
    store.update(v => ({ ...v, bins: 8 }));
    await settled(store);
    expect(sceneAt(0).rows[0].columns.count).toBeLessThanOrEqual(8);
  });
});

describe('Rows', () => {
  it('grow when lanes need the room', () => {
    expect(rowHeightPx('normal', 'overlay', 10)).toBe(15);
    expect(rowHeightPx('normal', 'lanes', 10)).toBe(53);
    expect(rowHeightPx('compact', 'lanes', 1)).toBe(10);
  });
});

function rounded(values: Float32Array): number[] {
  return Array.from(values, v => Math.round(v * 100) / 100);
}
