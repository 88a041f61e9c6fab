import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { button, element } from '../panels/dom';
import type { Follower } from './follower';
import type { FoundOutput } from './homes';

/** Notebook, recording, pin. Its controls stay the same nodes, so that no click or focus is lost. */
export class DockedHeader extends Widget {
  constructor(
    private readonly follower: Follower,
    private readonly trans: TranslationBundle
  ) {
    super({ node: element('div', { className: 'nd-Docked-header' }) });
    this.select.setAttribute('aria-label', trans.__('Recording'));
    this.select.addEventListener('change', () => this.choose());
    this.pin = button(
      {
        className: 'nd-Button',
        attributes: { 'aria-label': trans.__('Pin') }
      },
      () => follower.setPinned(!follower.isPinned)
    );
    this.node.append(
      this.path,
      this.select,
      element('span', { className: 'nd-Toolbar-space' }),
      this.pin
    );
    this.refresh();
  }

  refresh(): void {
    const { path, chosen, choices, isPinned } = this.follower;
    this.setHidden(path === null);
    this.path.textContent = path?.split('/').at(-1) ?? '';
    this.path.title = path ?? '';
    this.listChoices(chosen === null ? [] : choices);
    this.select.hidden = chosen === null;
    this.select.value = chosen === null ? '' : keyOf(chosen);
    this.pin.textContent = isPinned
      ? this.trans.__('pinned')
      : this.trans.__('pin');
    this.pin.title = isPinned
      ? this.trans.__('Pinned: click to follow the notebook in front')
      : this.trans.__(
          'Follows the notebook in front: click to stay with this one'
        );
    this.pin.setAttribute('aria-pressed', String(isPinned));
  }

  private listChoices(choices: readonly FoundOutput[]): void {
    const wanted = choices.map(choice => ({
      value: keyOf(choice),
      text: this.textOf(choice)
    }));
    const isListed =
      wanted.length === this.select.options.length &&
      wanted.every(({ value, text }, k) => {
        const option = this.select.options[k];
        return option.value === value && option.text === text;
      });
    if (!isListed) {
      this.select.replaceChildren(
        ...wanted.map(({ value, text }) =>
          element('option', { text, attributes: { value } })
        )
      );
    }
  }

  private textOf({ cellIndex, name, heading }: FoundOutput): string {
    const cell = this.trans.__('cell %1: %2', cellIndex + 1, name);
    return heading === '' ? cell : `${cell} · ${heading}`;
  }

  private choose(): void {
    const { value } = this.select;
    const choice = this.follower.choices.find(c => keyOf(c) === value);
    if (choice) {
      this.follower.choose(choice);
    }
  }

  private readonly path = element('span', { className: 'nd-Docked-path' });
  private readonly select = element('select', {
    className: 'nd-Select',
    attributes: { 'data-lm-suppress-shortcuts': 'true' }
  });
  private readonly pin: HTMLButtonElement;
}

/** Tells recordings of a notebook apart, also after their cells have run again. */
function keyOf({ cell, index }: FoundOutput): string {
  return `${cell.id}/${index}`;
}
