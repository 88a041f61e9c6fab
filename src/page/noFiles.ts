import { UnavailableError } from '../core/errors';

/** Stands in for what reads files in `src/worker`: a page reads nothing but itself. */
async function refuse(): Promise<never> {
  throw new UnavailableError('a page reads no other files', 'elsewhere');
}

export { refuse as openNpz, refuse as openUrl };
