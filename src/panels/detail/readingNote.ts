import type { TranslationBundle } from '@jupyterlab/translation';
import type { NeuronData } from '../../view/detail/neuronData';
import { describeError } from '../errorCard';

/** Why the activations of a neuron are not here, `summary` where only one is; empty where they are. */
export function readingNote(
  { state, error }: NeuronData,
  summary: string,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'here':
      return '';
    case 'waiting':
      return trans.__('Reading the activations…');
    case 'summary':
      return summary;
    case 'failed':
      return trans.__(
        'The activations could not be read: %1',
        describeError(error, trans)
      );
  }
}
