import { openedStore } from '../../tests/ts/fixtures';
import type { LayerFigure } from './figure';
import type { Store } from './store';
import { viewTable } from './table';
import { setShown, toggleHidden, toggleMarked } from './update';

let store: Store;

beforeEach(async () => {
  store = await openedStore('tiny.ndiv');
});

describe('The table of a view', () => {
  it('has a line for every neuron of every shown layer, in order', () => {
    const figures = store.figures();
    const [, ...lines] = tableOf(figures);
    expect(lines.map(l => [l['layer'], l['position'], l['neuron']])).toEqual(
      figures.flatMap(({ layer, rows }) =>
        Array.from(rows, (neuron, row) => [
          layer.name,
          String(row + 1),
          String(neuron)
        ])
      )
    );
  });

  it('has every value that is on screen, in full', () => {
    const [figure] = store.figures();
    const lines = tableOf([figure]);
    for (const line of lines.slice(1)) {
      const neuron = Number(line['neuron']);
      for (const { name, distribution: d } of figure.classes) {
        const numbers = ['median', 'mean', 'min', 'max', 'q25', 'q75'].map(s =>
          numberOf(line[`${name} ${s}`])
        );
        expect(numbers).toEqual([
          d.median[neuron],
          d.mean[neuron],
          d.min[neuron],
          d.max[neuron],
          d.q25[neuron],
          d.q75[neuron]
        ]);
        const counts = ['n', 'zeros', 'nan', '+inf', '-inf'].map(s =>
          Number(line[`${name} ${s}`])
        );
        expect(counts).toEqual([
          d.size,
          d.zeros[neuron],
          d.nan[neuron],
          d.posinf[neuron],
          d.neginf[neuron]
        ]);
      }
      for (const { instance, values } of figure.instances) {
        expect(numberOf(line[instance.name])).toBe(values[neuron]);
      }
    }
  });

  it('tells the sort value and what it is', () => {
    store.update(v => ({
      ...v,
      order: {
        by: 'difference',
        a: { instance: v.instances[0] },
        b: { class: 0 },
        absolute: true
      }
    }));
    const [figure] = store.figures();
    const [head, first] = rawOf([figure]);
    const instance = store.info.instances[0].name;
    const { name } = store.info.classes[0];
    expect(head[6]).toBe(
      `sorted by |value of ${instance} - median of ${name}|`
    );
    expect(Number(first[6])).toBe(figure.scores[figure.rows[0]]);
  });

  it('tells marks, and leaves out what the view leaves out', () => {
    const { layer, rows } = store.figures()[0];
    store.update(v => toggleMarked(v, layer.name, rows[0]));
    store.update(v => toggleHidden(v, layer.name, rows[1]));
    const [, first, second] = tableOf([store.figures()[0]]);
    expect([first['marked'], first['hidden']]).toEqual(['true', 'false']);
    expect([second['marked'], second['hidden']]).toEqual(['false', 'true']);
    store.update(v => ({ ...v, hidden: 'collapse' }));
    expect(tableOf([store.figures()[0]])).toHaveLength(rows.length);
  });

  it('is a line of names when no layer is shown', () => {
    store.update(v => setShown(v, { layers: [] }));
    expect(viewTable([], store.info, store.view)).toMatch(
      /^layer,position,neuron,name,marked,hidden,sorted by .*\r\n$/
    );
  });

  it('writes infinities as pandas reads them, and nothing for NaN', () => {
    const [figure] = store.figures();
    const scores = Float64Array.of(Infinity, -Infinity, NaN, 1e-7, 0.1, -0);
    const rows = Uint32Array.of(0, 1, 2, 3, 4, 5);
    const lines = rawOf([{ ...figure, scores, rows }]).slice(1);
    expect(lines.map(l => l[6])).toEqual([
      'inf',
      '-inf',
      '',
      '1e-7',
      '0.1',
      '0'
    ]);
  });
});

describe('Text in the table', () => {
  it.each([
    ['=HYPERLINK("//e.test")', '\'=HYPERLINK("//e.test")'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['  =1+1', "'  =1+1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['\ufeff=1', "'\ufeff=1"],
    ['"=1', '\'"=1'],
    ['＝1', "'＝1"],
    ['a;=1', "a;'=1"],
    ['a\n=1', "a\n'=1"],
    ['\0=1', "'=1"],
    ['a = b', 'a = b'],
    ['x-1', 'x-1'],
    ['say "hi", then', 'say "hi", then'],
    ['two\r\nlines', 'two\r\nlines'],
    [' padded ', ' padded '],
    ['__proto__', '__proto__'],
    ['', '']
  ])('%j is the cell %j', (name, cell) => {
    const [figure] = store.figures();
    const layer = {
      ...figure.layer,
      name,
      neuronNames: figure.layer.neuronNames?.map(() => name) ?? null
    };
    const line = rawOf([{ ...figure, layer }])[1];
    expect([line[0], line[3]]).toEqual([cell, cell]);
  });

  it('makes names of columns inert and unique, and leaves numbers alone', () => {
    const [figure] = store.figures();
    const classes = figure.classes.map(c => ({ ...c, name: '=1' }));
    const scores = figure.scores.map(() => -2.5);
    const [head, line] = rawOf([{ ...figure, classes, scores }]);
    expect(new Set(head).size).toBe(head.length);
    expect(head.filter(name => /^[=+\-@]/.test(name))).toEqual([]);
    expect(head).toContain("'=1 median");
    expect(head).toContain("'=1 median (2)");
    expect(line[6]).toBe('-2.5');
  });
});

/** As pandas reads it. */
function numberOf(cell: string): number {
  return cell === '' ? NaN : Number(cell.replace('inf', 'Infinity'));
}

function tableOf(figures: readonly LayerFigure[]): Record<string, string>[] {
  const [head, ...lines] = rawOf(figures);
  return [head, ...lines].map(line =>
    Object.fromEntries(line.map((cell, k) => [head[k], cell]))
  );
}

function rawOf(figures: readonly LayerFigure[]): string[][] {
  return readCsv(viewTable(figures, store.info, store.view));
}

/** A reader of RFC 4180 that accepts nothing else. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const [found, quoted, plain, end] =
      /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (found === undefined) {
      throw new Error(`not CSV: ${rest.slice(0, 40)}`);
    }
    lines[lines.length - 1].push(quoted?.replaceAll('""', '"') ?? plain);
    at += found.length;
    if (end === '\r\n') {
      lines.push([]);
    }
  }
  lines.pop();
  return lines;
}
