import { auc } from './auc';
import type { GroupDivergence, InstanceDivergence } from './divergence';
import { dPrime } from './dPrime';
import { hellinger } from './hellinger';
import { jensenShannon } from './jensenShannon';
import { kolmogorovSmirnov } from './kolmogorovSmirnov';
import { outOfRange } from './outOfRange';
import { percentile } from './percentile';
import { robustDPrime } from './robustDPrime';
import { robustZ } from './robustZ';
import { scaledWasserstein } from './scaledWasserstein';
import { surprisal } from './surprisal';
import { tail } from './tail';
import { totalVariation } from './totalVariation';
import { wasserstein } from './wasserstein';
import { z } from './z';

const ofGroups = {
  auc,
  wasserstein,
  scaledWasserstein,
  kolmogorovSmirnov,
  jensenShannon,
  totalVariation,
  hellinger,
  dPrime,
  robustDPrime
} satisfies Record<string, GroupDivergence>;

const ofInstance = {
  percentile,
  tail,
  z,
  robustZ,
  surprisal,
  outOfRange
} satisfies Record<string, InstanceDivergence>;

/** Name of a divergence of two groups of samples. */
export type GroupKey = keyof typeof ofGroups;
/** Name of a divergence of an instance from a class. */
export type InstanceKey = keyof typeof ofInstance;
export type DivergenceKey = GroupKey | InstanceKey;

/** Every divergence, in the order of menus. Menus, parsers and the documentation read this table. */
export const DIVERGENCES: {
  readonly [K in GroupKey]: GroupDivergence;
} & { readonly [K in InstanceKey]: InstanceDivergence } = {
  ...ofGroups,
  ...ofInstance
};

/** What is looked at first. */
export const DEFAULT_GROUP_KEY: GroupKey = 'auc';
export const DEFAULT_INSTANCE_KEY: InstanceKey = 'percentile';

export function isGroupKey(key: unknown): key is GroupKey {
  return typeof key === 'string' && Object.hasOwn(ofGroups, key);
}

export function isInstanceKey(key: unknown): key is InstanceKey {
  return typeof key === 'string' && Object.hasOwn(ofInstance, key);
}
