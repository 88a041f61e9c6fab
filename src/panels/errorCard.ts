import type { TranslationBundle } from '@jupyterlab/translation';
import { DecodeError, UnavailableError, VersionError } from '../core/errors';
import { element } from './dom';

/** One card for one failure: what failed, where, what to do (in a cell's output, unless told otherwise). */
export function errorCard(
  error: unknown,
  trans: TranslationBundle,
  whatToDo = advice(error, trans)
): HTMLElement {
  return element(
    'div',
    { className: 'nd-Error', attributes: { role: 'alert' } },
    element('strong', {
      className: 'nd-Error-title',
      text: trans.__('NeuralDivergence cannot show this')
    }),
    element('p', {
      className: 'nd-Error-what',
      text: error instanceof Error ? error.message : String(error)
    }),
    element('p', { className: 'nd-Error-advice', text: whatToDo })
  );
}

function advice(error: unknown, trans: TranslationBundle): string {
  if (error instanceof VersionError) {
    return trans.__(
      'The recording was written by a newer neuraldivergence. Update the extension; the notebook is unchanged.'
    );
  }
  if (error instanceof DecodeError) {
    return trans.__(
      'The data in this output is damaged or was not written by neuraldivergence. Run the cell again to write it anew.'
    );
  }
  if (error instanceof UnavailableError) {
    return trans.__('Choose another membership in the options.');
  }
  return trans.__(
    'Run the cell again. If that does not help, please report this message.'
  );
}
