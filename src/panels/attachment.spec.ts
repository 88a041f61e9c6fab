/** @jest-environment jsdom */
import { FakeAttachment } from '../../tests/ts/attachment';
import { trans } from '../../tests/ts/words';
import {
  DecodeError,
  ReadError,
  UnavailableError,
  VersionError,
  type ReadFailure
} from '../core/errors';
import type { Attachment, Elsewhere } from './attachment';
import { attachmentNotice, missingText, placeText } from './attachment';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));

const FILE: Elsewhere = { kind: 'file', path: 'data/x.ndiv' };
const KERNEL: Elsewhere = { kind: 'kernel' };

function attachment(elsewhere: Elsewhere, state: Attachment) {
  const fake = new FakeAttachment(elsewhere);
  fake.state = state;
  return fake;
}

test('where there is no summary, none is told of', () => {
  const fake = attachment(FILE, { kind: 'here' });
  fake.hasSummary = false;
  expect(placeText(fake, trans)).toBe('all values in data/x.ndiv');
});

const failed = (error: unknown): Attachment => ({ kind: 'failed', error });
const readError = (reason: ReadFailure) =>
  failed(new ReadError('x.ndiv', reason));

test.each([
  [FILE, 'untrusted', 'summary only, without data/x.ndiv'],
  [FILE, 'waiting', 'summary in the notebook, reading data/x.ndiv…'],
  [FILE, 'here', 'summary in the notebook, all values in data/x.ndiv'],
  [KERNEL, 'untrusted', 'summary only, without the kernel'],
  [KERNEL, 'here', 'summary in the notebook, all values in the kernel']
] as const)('a %j that is %s is told as such', (elsewhere, kind, text) => {
  expect(placeText(attachment(elsewhere, { kind }), trans)).toBe(text);
});

test.each([
  [
    FILE,
    readError('missing'),
    /"x\.ndiv" is not there\. Put data\/x\.ndiv beside the notebook, or run the cell again\./
  ],
  [
    FILE,
    readError('changed'),
    /data\/x\.ndiv holds other data now\. Run the cell again\./
  ],
  [FILE, readError('forbidden'), /does not let you read .* logged in/],
  [FILE, readError('unreachable'), /does not answer\. Check .* server runs/],
  [
    FILE,
    failed(new DecodeError('header', 'cut')),
    /cannot be read: header: cut Run the cell again\./
  ],
  [FILE, failed(new VersionError(2, 1)), /unknown version: 2 .* Update/],
  [
    FILE,
    failed(new UnavailableError('', 'elsewhere')),
    /not here.*Try again, or run the cell again\./
  ],
  [
    KERNEL,
    readError('missing'),
    /kernel does not hold the values .* Run the cell again\./
  ],
  [
    KERNEL,
    readError('unreachable'),
    /kernel does not answer\. .*run the cell again\./
  ]
] as const)(
  'of a %j that failed: what and what to do',
  (elsewhere, state, text) => {
    expect(attachmentNotice(attachment(elsewhere, state), trans)).toMatch(text);
  }
);

test.each([FILE, KERNEL])(
  'that %j waits for trust is told, and that nothing is missing is not',
  elsewhere => {
    const told = (kind: 'untrusted' | 'waiting' | 'here') =>
      attachmentNotice(attachment(elsewhere, { kind }), trans);
    expect(told('untrusted')).toMatch(/once the notebook is trusted/);
    expect(told('waiting')).toBeNull();
    expect(told('here')).toBeNull();
  }
);

test('why something cannot be chosen depends on whether it ever can be', () => {
  const missing = (kind: 'untrusted' | 'waiting' | 'here') =>
    missingText(attachment(FILE, { kind }), trans);
  expect(missing('untrusted')).toMatch(/trusted/);
  expect(missing('waiting')).toMatch(/not here/);
  expect(missing('here')).toMatch(/does not hold/);
  expect(missingText(null, trans)).toMatch(/does not hold/);
});

test('a name is told as text of one line', () => {
  const path = `a\u202eb\u2028${'long'.repeat(1e5)}.ndiv`;
  const state = readError('missing');
  const text = attachmentNotice(
    attachment({ kind: 'file', path }, state),
    trans
  );
  expect(text).not.toMatch(/[\u202e\u2028\n]/);
  expect(text?.length).toBeLessThan(300);
});
