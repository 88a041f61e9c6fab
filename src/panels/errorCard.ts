import type { TranslationBundle } from '@jupyterlab/translation';
import type { Unavailability } from '../core/errors';
import {
  DecodeError,
  ModelError,
  ReadError,
  TimeoutError,
  UnavailableError,
  VersionError
} from '../core/errors';
import { quoted, shown } from '../core/shown';
import { element } from './dom';

/**
 * One card for one failure: what failed, where, what to do. `aboutContent` says what to do about bytes that are
 * wrong or cannot be read, where more is known of them than here. What to do where the bytes are innocent is
 * the same everywhere.
 */
export function errorCard(
  error: unknown,
  trans: TranslationBundle,
  aboutContent = contentAdvice(error, trans)
): HTMLElement {
  return messageCard(
    describeError(error, trans),
    advice(error, trans) ?? aboutContent,
    trans
  );
}

/** What is wrong and what to do, as a card. */
export function messageCard(
  what: string,
  toDo: string,
  trans: TranslationBundle
): HTMLElement {
  return element(
    'div',
    { className: 'nd-Error', attributes: { role: 'alert' } },
    element('strong', {
      className: 'nd-Error-title',
      text: trans.__('NeuralDivergence cannot show this')
    }),
    element('p', { className: 'nd-Error-what', text: what }),
    element('p', { className: 'nd-Error-advice', text: toDo })
  );
}

/** What failed, in words for users. */
export function describeError(
  error: unknown,
  trans: TranslationBundle
): string {
  if (error instanceof VersionError) {
    return trans.__(
      'unknown version: %1 (this extension reads version %2)',
      shown(error.found),
      error.supported
    );
  }
  if (error instanceof DecodeError) {
    // Where in the bytes, and what is wrong there, is for those who wrote them.
    return trans.__('The data cannot be read: %1', error.message);
  }
  if (error instanceof ReadError) {
    return readFailure(error, trans);
  }
  if (error instanceof ModelError) {
    // As above: what is wrong is for those who made the model.
    return trans.__('The model cannot be used: %1', error.message);
  }
  if (error instanceof TimeoutError) {
    return trans.__('It took too long and was stopped.');
  }
  if (error instanceof UnavailableError) {
    return unavailability(error.reason, trans);
  }
  return error instanceof Error ? error.message : String(error);
}

function readFailure(
  { file, reason, status }: ReadError,
  trans: TranslationBundle
): string {
  const name = quoted(file) + (status === null ? '' : ` (${status})`);
  switch (reason) {
    case 'missing':
      return trans.__('%1 is not there.', name);
    case 'forbidden':
      return trans.__('The server does not let you read %1.', name);
    case 'refused':
      return trans.__('The server could not send %1.', name);
    case 'unreachable':
      return trans.__('%1 cannot be read: the server does not answer.', name);
    case 'interrupted':
      return trans.__('The server stopped before all of %1 was here.', name);
    case 'changed':
      return trans.__(
        '%1 has changed on disk since it was opened; open it again.',
        name
      );
    case 'too-large':
      return trans.__(
        '%1 is too large: this server sends files only as a whole.',
        name
      );
  }
}

function unavailability(
  reason: Unavailability,
  trans: TranslationBundle
): string {
  switch (reason) {
    case 'membership':
      return trans.__(
        'The recording cannot tell classes in this way: it lacks the labels, predictions or counts.'
      );
    case 'samples':
      return trans.__(
        'The recording does not tell these samples from others: it lacks the labels, predictions, column or group.'
      );
    case 'pairs':
      return trans.__(
        'There is no pair of a benign and an attacked image whose predictions are known.'
      );
    case 'values':
      return trans.__(
        'Only summaries are here, not the activations of single samples.'
      );
    case 'work':
      return trans.__('There are too many classes to compare all of them.');
    case 'memory':
      return trans.__('There is not enough memory.');
    case 'worker':
      return trans.__('The part of the page that computes has failed.');
    case 'kernel':
      return trans.__(
        'The kernel does not have the model. Run the cell that shows this recording again.'
      );
    case 'elsewhere':
      return trans.__('The data is not here, only a reference to it.');
    case 'untrusted':
      return trans.__(
        'The data is not in the notebook, and the notebook is not trusted.'
      );
    case 'closed':
      return trans.__('The recording is closed.');
    case 'unknown':
      return trans.__('The recording has no such layer or class.');
  }
}

/** What to do where the bytes are innocent; null where they are not. */
function advice(error: unknown, trans: TranslationBundle): string | null {
  if (error instanceof TimeoutError) {
    return trans.__(
      'Open it again. Fewer layers or classes at a time need less time.'
    );
  }
  if (!(error instanceof UnavailableError)) {
    return null;
  }
  switch (error.reason) {
    case 'membership':
      return trans.__('Choose another membership in the options.');
    case 'samples':
      return trans.__('Remove the group that asks for it, or change it.');
    case 'pairs':
      return null;
    case 'values':
      return trans.__('Run the cell that made the recording again.');
    case 'work':
    case 'kernel':
      return null;
    case 'memory':
      return trans.__(
        'Close other tabs, then open it again. A recording of fewer layers, or reduced over space, needs less memory.'
      );
    case 'elsewhere':
      return trans.__(
        'Open the notebook that the output belongs to, or the file that holds the recording.'
      );
    case 'untrusted':
      return trans.__(
        'Trust the notebook to have the data read, or run the cell again.'
      );
    case 'worker':
    case 'closed':
      return trans.__('Open it again: run the cell, or reload the page.');
    case 'unknown':
      return trans.__(
        'Reload the page. If that does not help, please report this message.'
      );
  }
}

function contentAdvice(error: unknown, trans: TranslationBundle): string {
  if (error instanceof VersionError) {
    return trans.__(
      'The recording was written by a newer neuraldivergence. Update the extension; nothing was changed.'
    );
  }
  if (error instanceof DecodeError) {
    return trans.__(
      'It is damaged or was not written by neuraldivergence. Run the cell that made it again to write it anew.'
    );
  }
  if (error instanceof ModelError) {
    return trans.__(
      'The recording can be looked at without it. Record it again with a model that fits, made of layers that run in a browser.'
    );
  }
  if (error instanceof ReadError) {
    return trans.__(
      'Check that the file is still there and that the server runs.'
    );
  }
  return trans.__(
    'Run the cell again. If that does not help, please report this message.'
  );
}
