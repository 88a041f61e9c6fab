import type { TranslationBundle } from '@jupyterlab/translation';
import type { Found, Match } from '../../probe/engine';
import { formatValue } from '../../view/format';

/** How far a layer moved. */
export function movedText(distance: number): string {
  return `${formatValue(distance)}\u2009σ`;
}

/** How much of the recording follows the picture, and what computes. */
export function layersText(
  { matches, backend, inKernel }: Found,
  trans: TranslationBundle
): string {
  const there = matches.filter(({ layer }) => layer !== null).length;
  return inKernel
    ? trans.__(
        '%1 of %2 layers follow. Computed in the kernel (%3).',
        there,
        matches.length,
        backend
      )
    : trans.__(
        '%1 of %2 layers follow. Computed in this page (%3).',
        there,
        matches.length,
        backend
      );
}

/** Why a layer does not. */
export function matchText(match: Match, trans: TranslationBundle): string {
  const { recorded } = match;
  if (match.layer !== null) {
    return recorded;
  }
  switch (match.why.kind) {
    case 'absent':
      return trans.__('%1: not in the model', recorded);
    case 'neurons':
      return trans.__(
        '%1: %2 neurons in the model, %3 in the recording',
        recorded,
        match.why.found,
        match.why.recorded
      );
    case 'position':
      return trans.__('%1: one position was recorded', recorded);
    case 'activation':
      return trans.__('%1: no activation function to leave out', recorded);
  }
}
