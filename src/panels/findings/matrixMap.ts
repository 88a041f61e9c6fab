import { interpolateRgb } from 'd3';
import { contrast } from '../../draw/contrast';
import type { Rgb } from '../../draw/palette';
import { toCss, toRgb } from '../../draw/palette';
import type { Theme } from '../../draw/theme';
import { formatBound } from '../../view/format';
import type { Estimated } from '../../worker/protocol';
import type { PanelContext } from '../context';
import { button, element, setText } from '../dom';

/** Classes that have room; those that the view shows come first. */
const CLASSES = 24;
/** Numbers stand in the cells of as many. */
const WRITTEN = 10;
/** |AUC − ½| of classes that do not overlap in any neuron. */
const MOST = 0.5;

/** Every class with every class in one layer: choosing a cell compares its two. */
export class MatrixMap {
  constructor(
    private readonly context: PanelContext,
    private readonly choose: (a: number, b: number) => void,
    close: () => void
  ) {
    const { trans } = context;
    this.node = element(
      'section',
      { className: 'nd-Matrix' },
      element(
        'div',
        { className: 'nd-Matrix-head' },
        this.title,
        button(
          {
            className: 'nd-Icon',
            text: '×',
            title: trans.__('Close the classes of this layer'),
            attributes: {
              'aria-label': trans.__('Close the classes of this layer')
            }
          },
          close
        )
      ),
      this.grid,
      this.readout
    );
    this.grid.addEventListener('keydown', event => this.onKey(event));
    this.node.hidden = true;
  }

  readonly node: HTMLElement;

  /** Null hides it; a layer whose numbers are not here says so. */
  show(
    layer: string | null,
    matrix: Estimated | null,
    reason: string,
    theme: Theme
  ): void {
    this.node.hidden = layer === null;
    if (
      layer === null ||
      (this.drawn?.matrix === matrix &&
        this.drawn.layer === layer &&
        this.drawn.theme === theme)
    ) {
      return;
    }
    this.drawn = { layer, matrix, theme };
    const { trans } = this.context;
    setText(
      this.title,
      trans.__('%1: class × class, mean |AUC − ½| over the neurons', layer)
    );
    this.grid.hidden = matrix === null;
    if (matrix === null) {
      setText(this.readout, reason);
    } else {
      this.fill(matrix, theme);
    }
  }

  private fill(matrix: Estimated, theme: Theme): void {
    const { store, trans } = this.context;
    const { classes } = store.info;
    const hadFocus = this.grid.contains(document.activeElement);
    const shown = this.order();
    const size = shown.length;
    this.size = size;
    this.grid.style.setProperty('--nd-classes', String(size));
    this.grid.classList.toggle('nd-mod-small', size > WRITTEN);
    const nameOf = (index: number) => classes[index].name;
    this.cells = shown.map(a =>
      shown.map(b => {
        if (a === b) {
          return null;
        }
        const pair = a * classes.length + b;
        const value = matrix.values[pair];
        const number = Number.isNaN(value)
          ? '–'
          : `${value.toFixed(3)}${formatBound(matrix.bounds[pair])}`;
        const text = `${nameOf(a)} – ${nameOf(b)}: ${number}`;
        const color = colorOf(value, theme);
        const cell = button(
          {
            className: 'nd-Matrix-cell',
            text: size > WRITTEN || Number.isNaN(value) ? '' : value.toFixed(2),
            attributes: {
              tabindex: '-1',
              'aria-label': trans.__('Compare %1', text)
            }
          },
          () => this.choose(a, b)
        );
        cell.style.backgroundColor = toCss(color);
        cell.style.color = inkOn(color);
        for (const event of ['pointerenter', 'focus']) {
          cell.addEventListener(event, () => setText(this.readout, text));
        }
        return cell;
      })
    );
    this.grid.replaceChildren(
      element('span'),
      ...shown.map(b =>
        element('span', {
          className: 'nd-Matrix-column',
          text: nameOf(b),
          title: nameOf(b)
        })
      ),
      ...this.cells.flatMap((row, k) => [
        element('span', {
          className: 'nd-Matrix-row',
          text: nameOf(shown[k]),
          title: nameOf(shown[k])
        }),
        ...row.map(cell => cell ?? element('span'))
      ])
    );
    setText(
      this.readout,
      size < classes.length
        ? trans.__(
            '%1 of %2 classes, those that are shown first. Choose a cell to compare its two.',
            size,
            classes.length
          )
        : trans.__('Choose a cell to compare its two classes.')
    );
    this.point(0, 1, hadFocus);
  }

  private order(): readonly number[] {
    const { info, view } = this.context.store;
    const all = [...new Set([...view.classes, ...info.classes.keys()])];
    const chosen = all.slice(0, CLASSES);
    return chosen.sort((a, b) => a - b);
  }

  private onKey(event: KeyboardEvent): void {
    const step = STEPS.get(event.key);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    let [row, column] = this.at;
    do {
      row += step[0];
      column += step[1];
    } while (row === column);
    const last = this.size - 1;
    if (row >= 0 && row <= last && column >= 0 && column <= last) {
      this.point(row, column, true);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** One cell is reached by Tab, the others by arrows. */
  private point(row: number, column: number, focus: boolean): void {
    const [oldRow, oldColumn] = this.at;
    this.cells[oldRow]?.[oldColumn]?.setAttribute('tabindex', '-1');
    this.at = [row, column];
    const cell = this.cells[row]?.[column];
    cell?.setAttribute('tabindex', '0');
    if (focus) {
      cell?.focus();
    }
  }

  private readonly title = element('h4', { className: 'nd-Matrix-title' });
  private readonly grid = element('div', { className: 'nd-Matrix-grid' });
  private readonly readout = element('p', {
    className: 'nd-Findings-note',
    attributes: { role: 'status' }
  });
  private cells: readonly (readonly (HTMLButtonElement | null)[])[] = [];
  private size = 0;
  private at: readonly [row: number, column: number] = [0, 1];
  private drawn: {
    readonly layer: string;
    readonly matrix: Estimated | null;
    readonly theme: Theme;
  } | null = null;
}

const STEPS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowUp', [-1, 0]],
  ['ArrowDown', [1, 0]],
  ['ArrowLeft', [0, -1]],
  ['ArrowRight', [0, 1]]
]);

/** From the background, where nothing differs, to the accent. */
function colorOf(value: number, theme: Theme): Rgb {
  const share = Number.isNaN(value) ? 0 : Math.min(1, value / MOST);
  return toRgb(
    interpolateRgb(toCss(theme.background), theme.accent)(0.06 + 0.94 * share)
  );
}

function inkOn(color: Rgb): string {
  const [black, white] = ['#000', '#fff'].map(toRgb);
  return contrast(color, black) > contrast(color, white) ? '#000' : '#fff';
}
