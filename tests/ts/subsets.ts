import type { Membership } from '../../src/core/recording';
import type { Subset } from '../../src/worker/protocol';

/** The samples of a class. */
export function ofClass(classIndex: number, membership: Membership): Subset {
  return { classIndex, membership };
}
