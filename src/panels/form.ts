import type { TranslationBundle } from '@jupyterlab/translation';
import { button, element } from './dom';

/** A field for a text, which the application's keys leave alone. */
export function textField(
  label: string,
  value: string,
  maxLength: number,
  className = ''
): HTMLInputElement {
  const input = element('input', {
    className: `nd-Filter ${className}`.trim(),
    attributes: {
      type: 'text',
      maxlength: String(maxLength),
      'aria-label': label,
      'data-lm-suppress-shortcuts': 'true'
    }
  });
  input.value = value;
  return input;
}

/** The button that submits a form, and the one that closes it. */
export function formButtons(
  submit: string,
  trans: TranslationBundle,
  close: () => void
): [submit: HTMLButtonElement, cancel: HTMLElement] {
  return [
    element('button', {
      className: 'nd-Button',
      text: submit,
      attributes: { type: 'submit' }
    }),
    button({ className: 'nd-Button', text: trans.__('Cancel') }, close)
  ];
}

/** Hear when a form is submitted, and when Escape closes it. */
export function listenToForm(
  form: HTMLFormElement,
  submit: () => void,
  close: () => void
): void {
  form.addEventListener('submit', event => {
    event.preventDefault();
    submit();
  });
  form.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
}
