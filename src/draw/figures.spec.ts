import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openedStore, settled } from '../../tests/ts/fixtures';
import type { LayerFigure } from '../view/figure';
import type { ViewState } from '../view/state';
import { sceneOf } from './scene';

/** Numbers in thousandths, places in shares of the plot. */
type Drawn = {
  readonly columns: readonly [exponent: number, first: number, count: number];
  readonly value: string;
  readonly isHidden: boolean;
  readonly isMarked: boolean;
  readonly hasNonFinite: boolean;
} & Readonly<Record<Measured, readonly (number | null)[]>>;
type Measured =
  'opacities' | 'medians' | 'zeroShares' | 'below' | 'above' | 'dots';

type Case = {
  readonly file: string;
  readonly view: unknown;
  readonly figures: readonly {
    readonly layer: string;
    readonly neurons: readonly number[];
    readonly drawn: readonly Drawn[];
  }[];
};

const cases = JSON.parse(
  readFileSync(join(__dirname, '../../tests/fixtures/figures.json'), 'utf8')
) as readonly Case[];

describe('What is drawn is what the Python picture shows', () => {
  it.each(cases.map(one => [one.file, JSON.stringify(one.view), one] as const))(
    'of %s in the view %s',
    async (file, _, { view, figures }) => {
      const store = await openedStore(file);
      store.apply(view);
      await settled(store);
      expect(store.figures().map(f => f.layer.name)).toEqual(
        figures.map(f => f.layer)
      );
      store.figures().forEach((figure, k) => {
        const { neurons, drawn } = figures[k];
        expect([...figure.rows]).toEqual(neurons);
        expect(drawnRows(figure, store.view, drawn)).toEqual(drawn);
      });
      store.dispose();
    }
  );
});

/** The first rows, as the fixture has them: its own numbers where these are as near as rounding allows. */
function drawnRows(
  figure: LayerFigure,
  view: ViewState,
  expected: readonly Drawn[]
): Drawn[] {
  const layout = {
    widthPx: 1,
    labelPx: 0,
    plotLeftPx: 0,
    plotWidthPx: 1,
    valueLeftPx: 1,
    rowHeightPx: 1
  };
  const heightPx = expected.length;
  const scene = sceneOf(figure, { ...view, layout, heightPx, scrollPx: 0 });
  return scene.rows.map((row, k) => {
    const { exponent, first, count } = row.columns;
    const near = (values: Float32Array, kind: Measured) =>
      Array.from(values, (value, at) => {
        const other = expected[k][kind][at];
        const isNear = Math.abs(1000 * value - (other ?? NaN)) < 0.501;
        return isNear ? other : Number.isNaN(value) ? null : 1000 * value;
      });
    return {
      columns: [exponent, first, count],
      value: row.value,
      opacities: near(row.opacities, 'opacities'),
      medians: near(row.mediansPx, 'medians'),
      zeroShares: near(row.zeroShares, 'zeroShares'),
      below: near(row.below, 'below'),
      above: near(row.above, 'above'),
      dots: near(row.dotsPx, 'dots'),
      isHidden: row.hidden,
      isMarked: row.marked,
      hasNonFinite: row.nonFinite
    };
  });
}
