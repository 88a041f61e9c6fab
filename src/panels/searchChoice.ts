import type { TranslationBundle } from '@jupyterlab/translation';
import type { Choice } from './controls';
import { select } from './controls';
import { element, setText, uniqueId } from './dom';
import { bothEnds } from './names';

/** A control to choose one of several things. */
export type Chooser = {
  readonly node: HTMLElement;
  value: string;
  disabled: boolean;
  readonly onChange: (run: () => void) => void;
};

/** Of longer lists a part is offered, by what is typed. */
const SELECT_AT_MOST = 100;
const OFFERED = 50;

/** A list to choose from; with a search field where it is long. `first` are values that a search begins with. */
export function chooser(
  label: string,
  choices: readonly Choice[],
  trans: TranslationBundle,
  first: () => readonly string[]
): Chooser {
  return choices.length > SELECT_AT_MOST
    ? new SearchChoice(label, choices, trans, first)
    : selectChooser(label, choices);
}

function selectChooser(label: string, choices: readonly Choice[]): Chooser {
  const node = select(label, choices);
  showShort(node);
  node.addEventListener('change', () => showShort(node));
  return {
    node,
    get value() {
      return node.value;
    },
    set value(value) {
      if (node.value !== value) {
        node.value = value;
        showShort(node);
      }
    },
    get disabled() {
      return node.disabled;
    },
    set disabled(disabled) {
      node.disabled = disabled;
    },
    onChange: run => node.addEventListener('change', run)
  };
}

/** The chosen one has room for both ends of its name; all of it is in the list and the title. */
function showShort(node: HTMLSelectElement): void {
  for (const option of node.options) {
    option.removeAttribute('label');
  }
  const [chosen] = node.selectedOptions;
  const name = chosen?.text ?? '';
  const short = bothEnds(name);
  node.title = short === name ? '' : name;
  if (short !== name) {
    chosen.label = short;
  }
}

/** The choices that hold `text`, letters large or small; those in `first` before all others. */
export function matching(
  choices: readonly Choice[],
  text: string,
  first: readonly string[]
): readonly Choice[] {
  const wanted = text.trim().toLocaleLowerCase();
  const found = choices.filter(c =>
    c.text.toLocaleLowerCase().includes(wanted)
  );
  const isFirst = new Set(first);
  return [
    ...found.filter(c => isFirst.has(c.value)),
    ...found.filter(c => !isFirst.has(c.value))
  ];
}

/** A combobox: what is typed narrows the list below it. */
class SearchChoice implements Chooser {
  constructor(
    label: string,
    private readonly choices: readonly Choice[],
    private readonly trans: TranslationBundle,
    private readonly first: () => readonly string[]
  ) {
    this.textOf = new Map(choices.map(c => [c.value, c.text]));
    this.input = element('input', {
      className: 'nd-Select nd-Combo-input',
      attributes: {
        type: 'text',
        role: 'combobox',
        autocomplete: 'off',
        'aria-label': label,
        'aria-autocomplete': 'list',
        'aria-expanded': 'false',
        'aria-controls': this.id,
        'data-lm-suppress-shortcuts': 'true'
      }
    });
    this.list = element('div', {
      className: 'nd-Combo-list',
      attributes: { role: 'listbox', id: this.id, 'aria-label': label }
    });
    this.popup.append(this.list, this.note);
    this.popup.hidden = true;
    this.node = element(
      'span',
      { className: 'nd-Combo' },
      this.input,
      this.popup
    );
    this.listen();
  }

  readonly node: HTMLElement;

  get value(): string {
    return this.chosen;
  }

  set value(value: string) {
    this.chosen = value;
    if (this.popup.hidden) {
      this.showChosen();
    }
  }

  get disabled(): boolean {
    return this.input.disabled;
  }

  set disabled(disabled: boolean) {
    this.input.disabled = disabled;
  }

  onChange(run: () => void): void {
    this.changed = run;
  }

  private listen(): void {
    const { input, list } = this;
    input.addEventListener('focus', () => {
      this.showChosen();
      input.select();
    });
    input.addEventListener('click', () => this.open(''));
    input.addEventListener('input', () => this.open(input.value));
    input.addEventListener('blur', () => this.close());
    input.addEventListener('keydown', event => this.onKey(event));
    // The focus stays in the field.
    this.popup.addEventListener('pointerdown', event => event.preventDefault());
    list.addEventListener('click', event => {
      const { target } = event;
      const at = [...list.children].findIndex(
        option => target instanceof Node && option.contains(target)
      );
      this.choose(at);
    });
  }

  private onKey(event: KeyboardEvent): void {
    const isOpen = !this.popup.hidden;
    const last = this.offered.length - 1;
    const keys = new Map([
      [
        'ArrowDown',
        () => (isOpen ? this.point(Math.min(this.at + 1, last)) : this.open(''))
      ],
      [
        'ArrowUp',
        () => (isOpen ? this.point(Math.max(this.at - 1, 0)) : this.open(''))
      ],
      ['Enter', () => (isOpen ? this.choose(this.at) : this.open(''))],
      ...(isOpen ? [['Escape', () => this.close()] as const] : [])
    ]);
    const run = keys.get(event.key);
    if (run && !event.isComposing) {
      run();
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private open(text: string): void {
    const found = matching(this.choices, text, this.first());
    this.offered = found.slice(0, OFFERED);
    this.list.replaceChildren(
      ...this.offered.map(({ text: name, group, value }, k) =>
        element('div', {
          className: 'nd-Combo-option',
          text: name,
          title: group,
          attributes: {
            role: 'option',
            id: `${this.id}-${k}`,
            'aria-selected': String(value === this.chosen)
          }
        })
      )
    );
    const more = found.length - this.offered.length;
    setText(
      this.note,
      found.length === 0
        ? this.trans.__('nothing found')
        : more > 0
          ? this.trans.__('%1 more: type a part of the name', more)
          : ''
    );
    this.popup.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    const chosen = this.offered.findIndex(c => c.value === this.chosen);
    this.point(text === '' ? Math.max(chosen, 0) : 0);
  }

  private point(at: number): void {
    this.at = at;
    [...this.list.children].forEach((option, k) => {
      option.classList.toggle('nd-mod-current', k === at);
      if (k === at) {
        option.scrollIntoView({ block: 'nearest' });
      }
    });
    this.input.setAttribute('aria-activedescendant', `${this.id}-${at}`);
  }

  private choose(at: number): void {
    const choice = this.offered[at];
    if (choice) {
      this.chosen = choice.value;
      this.close();
      this.changed();
    }
  }

  private close(): void {
    this.popup.hidden = true;
    this.list.replaceChildren();
    this.offered = [];
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
    this.showChosen();
  }

  private showChosen(): void {
    const { input } = this;
    const name = this.textOf.get(this.chosen) ?? '';
    const text = input.matches(':focus') ? name : bothEnds(name);
    input.title = bothEnds(name) === name ? '' : name;
    if (input.value !== text) {
      input.value = text;
    }
  }

  private readonly id = uniqueId();
  private readonly textOf: ReadonlyMap<string, string>;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly note = element('div', { className: 'nd-Combo-note' });
  private readonly popup = element('div', { className: 'nd-Combo-popup' });
  private changed: () => void = () => undefined;
  private chosen = '';
  private offered: readonly Choice[] = [];
  private at = 0;
}
