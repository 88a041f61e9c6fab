import type { TranslationBundle } from '@jupyterlab/translation';
import type { DivergenceKey } from '../core/divergence';

/** A divergence in a menu or a sentence. */
export function divergenceName(
  key: DivergenceKey,
  trans: TranslationBundle
): string {
  return {
    auc: trans.__('AUC'),
    wasserstein: trans.__('Wasserstein-1'),
    scaledWasserstein: trans.__('Wasserstein-1 / σ'),
    kolmogorovSmirnov: trans.__('Kolmogorov–Smirnov'),
    jensenShannon: trans.__('Jensen–Shannon'),
    totalVariation: trans.__('Total variation'),
    hellinger: trans.__('Hellinger'),
    dPrime: trans.__('d′'),
    robustDPrime: trans.__('Robust d′'),
    percentile: trans.__('Percentile'),
    tail: trans.__('Two-sided tail'),
    z: trans.__('z'),
    robustZ: trans.__('Robust z'),
    surprisal: trans.__('Surprisal'),
    outOfRange: trans.__('Out of range')
  }[key];
}

/** The same above a narrow column, with what it is measured in where that is not plain. */
export function divergenceHeading(
  key: DivergenceKey,
  trans: TranslationBundle
): string {
  return {
    auc: trans.__('AUC'),
    wasserstein: 'W₁',
    scaledWasserstein: 'W₁ / σ',
    kolmogorovSmirnov: 'KS',
    jensenShannon: trans.__('JS, bits'),
    totalVariation: 'TV',
    hellinger: trans.__('Hellinger'),
    dPrime: trans.__('d′'),
    robustDPrime: trans.__('robust d′'),
    percentile: trans.__('percentile'),
    tail: trans.__('tail'),
    z: trans.__('z'),
    robustZ: trans.__('robust z'),
    surprisal: trans.__('bits'),
    outOfRange: trans.__('outside')
  }[key];
}
