import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { DecodeError, ReadError, VersionError } from '../core/errors';
import type { Progress } from '../worker/protocol';
import { describeError } from './errorCard';
import { shortName } from './names';

/** Where all values of a recording are of which a view shows a summary. */
export type Elsewhere =
  /** `path` from the notebook's folder. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'kernel' };

/** Whether all values can be asked for. */
export type Attachment =
  /** Not before the notebook is trusted. */
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'here' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Downloads that are under way. */
export interface IDownloads {
  readonly list: readonly Progress[];
  readonly changed: ISignal<unknown, void>;
}

/** All values of a recording of which a view shows a summary. */
export interface IAttachment {
  readonly elsewhere: Elsewhere;
  /** The notebook holds a summary; otherwise nothing. */
  readonly hasSummary: boolean;
  readonly state: Attachment;
  /** Emitted after a change of `state`. */
  readonly changed: ISignal<unknown, void>;
  readonly downloads: IDownloads;
  /** Try to come to the values, unless they are here. */
  attach(): void;
}

/** What a status line says of where the values are. */
export function placeText(
  { elsewhere, hasSummary, state }: IAttachment,
  trans: TranslationBundle
): string {
  const isFile = elsewhere.kind === 'file';
  const name = isFile ? shortName(elsewhere.path) : '';
  if (!hasSummary) {
    return isFile
      ? trans.__('all values in %1', name)
      : trans.__('all values in the kernel');
  }
  switch (state.kind) {
    case 'untrusted':
    case 'failed':
      return isFile
        ? trans.__('summary only, without %1', name)
        : trans.__('summary only, without the kernel');
    case 'waiting':
      return isFile
        ? trans.__('summary in the notebook, reading %1…', name)
        : trans.__('summary in the notebook, asking the kernel…');
    case 'here':
      return isFile
        ? trans.__('summary in the notebook, all values in %1', name)
        : trans.__('summary in the notebook, all values in the kernel');
  }
}

/** One line on values that are not here; null where there is nothing to tell. */
export function attachmentNotice(
  { elsewhere, state }: IAttachment,
  trans: TranslationBundle
): string | null {
  switch (state.kind) {
    case 'untrusted':
      return elsewhere.kind === 'file'
        ? trans.__(
            'This is the summary. All values are in %1, which is read once the notebook is trusted.',
            shortName(elsewhere.path)
          )
        : trans.__(
            'This is the summary. All values are in the kernel, which is asked once the notebook is trusted.'
          );
    case 'failed':
      return [
        failureText(state.error, elsewhere, trans),
        failureAdvice(state.error, elsewhere, trans)
      ].join(' ');
    case 'waiting':
    case 'here':
      return null;
  }
}

/** Why something cannot be chosen that only all values can tell. */
export function missingText(
  attachment: IAttachment | null,
  trans: TranslationBundle
): string {
  switch (attachment?.state.kind) {
    case 'untrusted':
      return trans.__(
        'This needs all values, which are read once the notebook is trusted.'
      );
    case 'waiting':
    case 'failed':
      return trans.__('This needs all values, which are not here.');
    default:
      return trans.__('This recording does not hold what this needs.');
  }
}

/** Why the values are not here. */
export function failureText(
  error: unknown,
  elsewhere: Elsewhere,
  trans: TranslationBundle
): string {
  if (elsewhere.kind === 'kernel' && error instanceof ReadError) {
    return error.reason === 'unreachable'
      ? trans.__('The kernel does not answer.')
      : trans.__('The kernel does not hold the values of this output.');
  }
  if (
    elsewhere.kind === 'file' &&
    error instanceof ReadError &&
    error.reason === 'changed'
  ) {
    return trans.__('%1 holds other data now.', shortName(elsewhere.path));
  }
  return describeError(error, trans);
}

/** What to do to get the values. */
export function failureAdvice(
  error: unknown,
  elsewhere: Elsewhere,
  trans: TranslationBundle
): string {
  if (error instanceof VersionError) {
    return trans.__('Update the extension; nothing was changed.');
  }
  if (error instanceof DecodeError) {
    return trans.__('Run the cell again.');
  }
  if (elsewhere.kind === 'kernel') {
    return error instanceof ReadError && error.reason === 'missing'
      ? trans.__('Run the cell again.')
      : trans.__('Try again, or run the cell again.');
  }
  if (!(error instanceof ReadError)) {
    return trans.__('Try again, or run the cell again.');
  }
  switch (error.reason) {
    case 'missing':
      return trans.__(
        'Put %1 beside the notebook, or run the cell again.',
        shortName(elsewhere.path)
      );
    case 'changed':
      return trans.__('Run the cell again.');
    case 'forbidden':
      return trans.__(
        'Check that you are still logged in and may read the file.'
      );
    default:
      return trans.__(
        'Check that the file is still there and that the server runs.'
      );
  }
}
