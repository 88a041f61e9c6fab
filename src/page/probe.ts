import { openProbe as openClient } from '../probe/client';
import { held } from '../probe/held';
import type { OpenProbe } from '../view/probe/model';

/** Runs the model that the page holds. Who opened the page runs its scripts already: there is nothing to trust. */
export const openProbe: OpenProbe = async ({ model, subject }) =>
  openClient({ model: await held(model), subject });
