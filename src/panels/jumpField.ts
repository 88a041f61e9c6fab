import type { TranslationBundle } from '@jupyterlab/translation';
import { button, element } from './dom';

/** A small field to go to a neuron by name or index; a button until it is opened. */
export class JumpField {
  constructor(
    trans: TranslationBundle,
    /** Goes there and takes the focus, or says why it cannot. */
    private readonly go: (text: string) => string | null,
    /** Gives the focus back. */
    private readonly leave: () => void
  ) {
    const label = trans.__('Go to a neuron by name or index');
    this.button = button(
      {
        className: 'nd-Link nd-Jump-open',
        text: trans.__('go to…'),
        title: label,
        attributes: { 'aria-label': label }
      },
      () => this.open()
    );
    this.input = element('input', {
      className: 'nd-Filter nd-Jump-input',
      attributes: {
        type: 'search',
        placeholder: trans.__('name or index'),
        'aria-label': label,
        'data-lm-suppress-shortcuts': 'true'
      }
    });
    this.node = element(
      'span',
      { className: 'nd-Jump' },
      this.message,
      this.button,
      this.input
    );
    this.input.hidden = true;
    this.input.addEventListener('keydown', event => this.onKey(event));
    this.input.addEventListener('input', () => this.say(''));
    this.input.addEventListener('blur', () => this.close());
  }

  readonly node: HTMLElement;

  open(): void {
    this.button.hidden = true;
    this.input.hidden = false;
    this.input.focus();
    this.input.select();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      this.say(this.go(this.input.value) ?? '');
    } else if (event.key === 'Escape') {
      this.leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private close(): void {
    this.say('');
    this.input.hidden = true;
    this.button.hidden = false;
  }

  private say(text: string): void {
    this.message.textContent = text;
    this.input.setAttribute('aria-invalid', String(text !== ''));
  }

  private readonly message = element('span', {
    className: 'nd-Jump-message',
    attributes: { 'aria-live': 'assertive' }
  });
  private readonly button: HTMLButtonElement;
  private readonly input: HTMLInputElement;
}
