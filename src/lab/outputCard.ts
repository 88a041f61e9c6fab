import type { TranslationBundle } from '@jupyterlab/translation';
import { UnavailableError } from '../core/errors';
import type { Elsewhere } from '../panels/attachment';
import { failureAdvice, failureText } from '../panels/attachment';
import { button } from '../panels/dom';
import { errorCard, messageCard } from '../panels/errorCard';

/** Why an output shows no recording. `elsewhere`: where its data is, when it holds none. */
export function outputCard(
  error: unknown,
  elsewhere: Elsewhere | null,
  trans: TranslationBundle,
  again: () => void
): HTMLElement {
  if (elsewhere === null || error instanceof UnavailableError) {
    return errorCard(error, trans);
  }
  const card = messageCard(
    failureText(error, elsewhere, trans),
    failureAdvice(error, elsewhere, trans),
    trans
  );
  card.append(
    button({ className: 'nd-Button', text: trans.__('Try again') }, again)
  );
  return card;
}
