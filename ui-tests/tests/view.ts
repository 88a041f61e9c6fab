import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** Reading and using one view, as a person or a screen reader would. */

export type Section = 'Layers' | 'Classes' | 'Groups' | 'Instances';

/** A grid as assistive technology has it, all rows of the layer. */
export type GridTexts = {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Where pixels of one colour lie, in CSS pixels. */
export type Ink = { readonly count: number; readonly x: number };

export type Row = {
  /** Relative to the canvas. */
  readonly top: number;
  readonly height: number;
};

/** Colours of the instances in the light theme. */
export const ATTACKED = '#d92626';
export const BENIGN = '#000000';

export function graphs(view: Locator): Locator {
  return view.locator('.nd-Graph');
}

export function graphOf(view: Locator, layer: string): Locator {
  return graphs(view).filter({
    has: view.page().getByRole('grid', { name: layer, exact: true })
  });
}

export function gridOf(view: Locator, layer: string): Locator {
  return view.getByRole('grid', { name: layer, exact: true });
}

export function canvasOf(view: Locator, layer: string): Locator {
  return gridOf(view, layer).locator('.nd-Graph-canvas');
}

/** Where the rings of a changed picture are drawn. */
export function ringsOf(view: Locator, layer: string): Locator {
  return gridOf(view, layer).locator('.nd-Graph-ring');
}

/** The neuron that is open over the graphs. */
export function detailOf(view: Locator): Locator {
  return view.getByRole('region', { name: /^Neuron / });
}

/** The checkbox of a layer, a class or an instance. */
export function toggle(view: Locator, section: Section, name: string): Locator {
  return view
    .getByRole('group', { name: section, exact: true })
    .getByRole('checkbox', { name, exact: true });
}

/** The line in the selection that holds the checkbox. */
export function itemOf(view: Locator, section: Section, name: string): Locator {
  return view
    .getByRole('group', { name: section, exact: true })
    .locator('.nd-Item, .nd-Card')
    .filter({ has: view.page().getByRole('checkbox', { name, exact: true }) });
}

/** The colour that an item of the selection stands for. */
export async function colorOf(
  view: Locator,
  section: Section,
  name: string
): Promise<string> {
  return itemOf(view, section, name).evaluate(node =>
    getComputedStyle(node).getPropertyValue('--nd-color')
  );
}

/** Wait until every graph has its numbers and a frame was drawn with them. */
export async function settled(view: Locator): Promise<void> {
  // A graph says in its next frame that it waits for numbers.
  await frames(view);
  await expect(view.locator('.nd-Graph[aria-busy="true"]')).toHaveCount(0);
  await frames(view);
}

async function frames(view: Locator): Promise<void> {
  await view.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) {
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
  });
}

export async function sortBy(
  view: Locator,
  first: string,
  second = 'nothing'
): Promise<void> {
  await choose(view, 'Sort by', first);
  if (first !== 'neuron index') {
    await choose(view, 'minus', second);
  }
}

/** Choose in one of the toolbar's lists. */
export async function choose(
  view: Locator,
  label: string,
  text: string
): Promise<void> {
  await view
    .getByRole('combobox', { name: label, exact: true })
    .selectOption({ label: text });
  await settled(view);
}

export async function press(view: Locator, name: string): Promise<void> {
  await view.getByRole('button', { name, exact: true }).click();
  await settled(view);
}

/** Read the whole grid, scrolling through it. */
export async function readGrid(
  view: Locator,
  layer: string
): Promise<GridTexts> {
  await settled(view);
  const { count, heads, rows } = await gridOf(view, layer).evaluate(
    async node => {
      const found = new Map<number, string[]>();
      let top = 0;
      do {
        node.scrollTop = top;
        for (let frame = 0; frame < 2; frame++) {
          await new Promise(resolve => requestAnimationFrame(resolve));
        }
        for (const row of node.querySelectorAll('[role="row"]')) {
          found.set(
            Number(row.getAttribute('aria-rowindex')),
            Array.from(row.children, cell => cell.textContent ?? '')
          );
        }
        top += node.clientHeight - 40;
      } while (top + 40 < node.scrollHeight);
      node.scrollTop = 0;
      const [first, ...others] = [...found].sort(([a], [b]) => a - b);
      return {
        count: Number(node.getAttribute('aria-rowcount')),
        heads: first[1],
        rows: others.map(([, texts]) => texts)
      };
    }
  );
  expect(rows.length + 1).toBe(count);
  return { heads, rows };
}

/** One column of a grid, by its heading. */
export function column({ heads, rows }: GridTexts, head: string): string[] {
  const at = heads.indexOf(head);
  expect(at, `column ${head} among ${heads.join(', ')}`).toBeGreaterThan(-1);
  return rows.map(row => row[at]);
}

/** What the tests' Python says of a number: null is NaN, texts are infinities. */
export type Told = number | 'inf' | '-inf' | null;

/** A number as the grid writes it: seven significant digits. */
export function written(value: Told): string {
  if (value === null) {
    return '–';
  }
  const number = Number(String(value).replace('inf', 'Infinity'));
  return String(Number(number.toPrecision(7))).replace('-', '−');
}

/** Place of a row that is on screen, counted from the top of the order. */
export async function rowAt(
  view: Locator,
  layer: string,
  row: number
): Promise<Row> {
  return gridOf(view, layer).evaluate((node, index) => {
    const rows = Number(node.getAttribute('aria-rowcount')) - 1;
    const spacer = node.querySelector<HTMLElement>('.nd-Graph-spacer');
    const height = parseFloat(spacer?.style.height ?? '') / rows;
    return { top: index * height - node.scrollTop, height };
  }, row);
}

/** Left and right end of the bars, and the position of a value, from the axis above them. */
export async function axisOf(
  view: Locator,
  layer: string
): Promise<{ left: number; right: number; xOf: (value: number) => number }> {
  const { range, ticks } = await graphOf(view, layer)
    .locator('svg')
    .evaluate(svg => ({
      range: (svg.querySelector('path')?.getAttribute('d') ?? '')
        .split(/[A-Z,]/)
        .map(parseFloat),
      ticks: Array.from(svg.querySelectorAll('.tick'), tick => ({
        x: parseFloat(
          /translate\(([^,)]+)/.exec(tick.getAttribute('transform') ?? '')![1]
        ),
        value: Number(tick.textContent?.replace('−', '-'))
      }))
    }));
  const numbers = range.filter(Number.isFinite);
  const first = ticks[0];
  const last = ticks[ticks.length - 1];
  const scale = (last.x - first.x) / (last.value - first.value);
  return {
    left: Math.min(...numbers.filter(n => n > 1)),
    right: Math.max(...numbers),
    xOf: value => first.x + (value - first.value) * scale
  };
}

/** Pixels of exactly this colour on a row (or the whole canvas), right of `left`. */
export async function inkOf(
  canvas: Locator,
  color: string,
  row: Row | null = null,
  left = 0
): Promise<Ink> {
  return canvas.evaluate(
    (node, wanted) => {
      const { width, height, clientWidth } = node as HTMLCanvasElement;
      const scale = width / clientWidth;
      const probe = document.createElement('canvas').getContext('2d')!;
      probe.fillStyle = wanted.color;
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
      const top = Math.max(0, Math.round((wanted.row?.top ?? 0) * scale));
      const lines = wanted.row ? wanted.row.height * scale : height;
      const image = (node as HTMLCanvasElement)
        .getContext('2d')!
        .getImageData(0, top, width, Math.max(1, Math.round(lines))).data;
      let count = 0;
      let sum = 0;
      for (let at = 0; at < image.length; at += 4) {
        const x = ((at / 4) % width) / scale;
        const same =
          Math.abs(image[at] - r) < 3 &&
          Math.abs(image[at + 1] - g) < 3 &&
          Math.abs(image[at + 2] - b) < 3 &&
          image[at + 3] > 250;
        if (same && x >= wanted.left) {
          count += 1;
          sum += x + 0.5 / scale;
        }
      }
      return { count, x: count > 0 ? sum / count : -1 };
    },
    { color, row, left }
  );
}

/** Whether anything is drawn on a canvas. */
export async function isDrawn(canvas: Locator): Promise<boolean> {
  return canvas.evaluate(node => {
    const { width, height } = node as HTMLCanvasElement;
    return (
      width > 0 &&
      height > 0 &&
      (node as HTMLCanvasElement)
        .getContext('2d')!
        .getImageData(0, 0, width, height)
        .data.some(value => value > 0)
    );
  });
}

/** Click on a row that is on screen: on its bar, or on the neuron's name. */
export async function clickRow(
  view: Locator,
  layer: string,
  row: number,
  part: 'bar' | 'name'
): Promise<void> {
  const { top, height } = await rowAt(view, layer, row);
  const { left, right } = await axisOf(view, layer);
  await canvasOf(view, layer).click({
    position: {
      x: part === 'name' ? 20 : (left + right) / 2,
      y: top + height / 2
    }
  });
  await settled(view);
}

/** A number that changes with any pixel of a canvas. */
export async function fingerprint(canvas: Locator): Promise<number> {
  return canvas.evaluate(node => {
    const { width, height } = node as HTMLCanvasElement;
    const { data } = (node as HTMLCanvasElement)
      .getContext('2d')!
      .getImageData(0, 0, width, height);
    return data.reduce((hash, value) => (hash * 31 + value) | 0, width);
  });
}
