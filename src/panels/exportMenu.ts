import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import { ROWS_AT_MOST } from '../draw/pictureLayout';
import { readTheme } from '../draw/theme';
import { formatCount } from '../view/format';
import type { PanelContext } from './context';
import { button, element } from './dom';
import type { Export } from './exports';
import { exportsOf } from './exports';
import type { GraphWindow, RowsChoice } from './picture';
import { FIRST_ROWS } from './picture';

/**
 * The button that opens the menu of exports, and beside it what became of one.
 * `look` tells which part of each layer is on screen; nothing where no graph is.
 */
export function exportButton(
  context: PanelContext,
  look: () => readonly GraphWindow[] = () => []
): HTMLElement {
  return new ExportMenu(context, look).node;
}

class ExportMenu {
  constructor(
    private readonly context: PanelContext,
    look: () => readonly GraphWindow[]
  ) {
    const { trans } = context;
    this.button = button(
      {
        className: 'nd-Button',
        text: trans.__('export ▾'),
        title: trans.__('Save or copy this view'),
        attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' }
      },
      () => this.open()
    );
    this.node = element(
      'span',
      { className: 'nd-Export' },
      this.button,
      this.status,
      this.alert
    );
    this.exports = exportsOf(context, () => ({
      theme: readTheme(this.button),
      rows: this.rows,
      windows: look()
    }));
    this.alert.hidden = true;
    this.fill();
  }

  readonly node: HTMLElement;

  private fill(): void {
    for (const made of this.exports) {
      this.commands.addCommand(made.id, {
        label: made.label,
        describedBy: NO_ARGUMENTS,
        execute: () => this.run(made)
      });
    }
    const { trans } = this.context;
    const rows: [RowsChoice, string][] = [
      ['window', trans.__('Pictures: rows on screen')],
      ['first', trans.__('Pictures: first %1 rows', FIRST_ROWS)],
      [
        'all',
        trans.__('Pictures: all rows, at most %1', formatCount(ROWS_AT_MOST))
      ]
    ];
    for (const [choice, label] of rows) {
      this.commands.addCommand(`rows-${choice}`, {
        label,
        describedBy: NO_ARGUMENTS,
        isToggled: () => this.rows === choice,
        execute: () => {
          this.rows = choice;
          // A choice is followed by another: the menu, which closes now, opens again.
          requestAnimationFrame(() => this.open());
        }
      });
    }
  }

  private open(): void {
    this.say(null);
    const menu = new Menu({ commands: this.commands });
    menu.addClass('nd-Menu');
    for (const choice of ['window', 'first', 'all'] satisfies RowsChoice[]) {
      menu.addItem({ command: `rows-${choice}` });
    }
    this.exports.forEach((made, k) => {
      if (made.begins === true || k === 0) {
        menu.addItem({ type: 'separator' });
      }
      menu.addItem({ command: made.id });
    });
    menu.aboutToClose.connect(() => {
      this.button.setAttribute('aria-expanded', 'false');
      this.button.focus();
      // It is still on its way out.
      setTimeout(() => menu.dispose());
    });
    this.button.setAttribute('aria-expanded', 'true');
    const { left, bottom } = this.button.getBoundingClientRect();
    menu.open(left, bottom + 2);
  }

  private async run({ run, copies }: Export): Promise<void> {
    const { trans } = this.context;
    this.say(trans.__('Drawing…'));
    if (copies !== true) {
      // Drawing may take a while; what is said appears before it.
      await new Promise(resolve => setTimeout(resolve, A_FRAME_MS));
    }
    try {
      this.say(await run());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.say(null, trans.__('Not exported: %1.', reason));
    }
  }

  /** One message at a time; those that nothing follows from go after a while. */
  private say(done: string | null, failed: string | null = null): void {
    clearTimeout(this.timer);
    show(this.status, done, () => this.say(null), this.context);
    show(this.alert, failed, () => this.say(null), this.context);
    this.alert.hidden = failed === null;
    if (done !== null) {
      this.timer = window.setTimeout(() => this.say(null), SHOWN_MS);
    }
  }

  private readonly button: HTMLButtonElement;
  private readonly status = message('status');
  private readonly alert = message('alert');
  private readonly commands = new CommandRegistry();
  private readonly exports: readonly Export[];
  private rows: RowsChoice = 'window';
  private timer = 0;
}

const SHOWN_MS = 8000;
const A_FRAME_MS = 30;
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } } as const;

function message(role: 'status' | 'alert'): HTMLElement {
  return element('span', {
    className: 'nd-Export-message',
    attributes: { role }
  });
}

function show(
  node: HTMLElement,
  text: string | null,
  close: () => void,
  { trans }: PanelContext
): void {
  node.replaceChildren();
  if (text !== null) {
    node.append(
      element('span', { text }),
      button(
        {
          className: 'nd-Link',
          text: '×',
          attributes: { 'aria-label': trans.__('Close') }
        },
        close
      )
    );
  }
}
