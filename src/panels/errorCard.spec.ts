/** @jest-environment jsdom */
import { trans } from '../../tests/ts/words';
import type { ReadFailure, Unavailability } from '../core/errors';
import {
  DecodeError,
  ReadError,
  TimeoutError,
  UnavailableError,
  VersionError
} from '../core/errors';
import { errorCard } from './errorCard';

/** Words that went through the translator are in «», what was put into them is not. */
const marked = {
  ...trans,
  __: (text: string, ...values: unknown[]) =>
    `«${text.replace(/%(\d)/g, (_, k: string) => `»${String(values[Number(k) - 1])}«`)}»`
};

function textsOf(error: unknown, aboutContent?: string) {
  const card = errorCard(error, marked, aboutContent);
  const text = (part: string) =>
    card.querySelector(`.nd-Error-${part}`)?.textContent ?? '';
  return { what: text('what'), advice: text('advice') };
}

const unavailable = (reason: Unavailability) =>
  new UnavailableError('internal words', reason);
const unread = (reason: ReadFailure, status: number | null = null) =>
  new ReadError('a.ndiv', reason, status);

describe('A card for an error', () => {
  it.each([
    [new VersionError(2, 1), 'unknown version: »2«', 'Update the extension'],
    [
      new DecodeError('samples.count', 'missing'),
      '»samples.count: missing«',
      'written by'
    ],
    [new TimeoutError('no answer in 60 s'), 'too long', 'less time'],
    [unavailable('membership'), 'labels', 'another membership'],
    [unavailable('memory'), 'memory', 'Close other tabs'],
    [unavailable('worker'), 'computes', 'reload the page'],
    [unavailable('elsewhere'), 'a reference', 'Open the notebook'],
    [unavailable('untrusted'), 'not trusted', 'Trust the notebook'],
    [unavailable('closed'), 'closed', 'reload the page'],
    [unavailable('unknown'), 'no such layer', 'report'],
    [unread('missing', 404), '»"a.ndiv" (404)« is not there', 'still there'],
    [unread('forbidden'), 'does not let you read', 'still there'],
    [unread('refused', 500), 'could not send', 'still there'],
    [unread('unreachable'), 'does not answer', 'still there'],
    [unread('interrupted'), 'stopped before', 'still there'],
    [unread('changed'), 'has changed on disk', 'still there'],
    [unread('too-large'), 'too large', 'still there']
  ])(
    '%s says what is wrong and what to do, in the user’s language',
    (error, what, advice) => {
      const texts = textsOf(error);
      expect(texts.what).toContain(what);
      expect(texts.advice).toContain(advice);
      for (const text of [texts.what, texts.advice]) {
        expect(text).toMatch(/^«.*»$/s);
        expect(text).not.toContain('internal words');
      }
    }
  );

  it('shows the message of an error that nobody expected', () => {
    expect(textsOf(new Error('odd')).what).toBe('odd');
    expect(textsOf('odd').what).toBe('odd');
  });

  it.each([
    [new DecodeError('', 'x'), true],
    [new VersionError(2, 1), true],
    [unread('missing'), true],
    [new Error('odd'), true],
    [new TimeoutError('x'), false],
    [unavailable('memory'), false],
    [unavailable('worker'), false]
  ])('of %s takes other advice about its bytes: %s', (error, isAboutBytes) => {
    const { advice } = textsOf(error, 'Save the file anew.');
    expect(advice === 'Save the file anew.').toBe(isAboutBytes);
  });
});
