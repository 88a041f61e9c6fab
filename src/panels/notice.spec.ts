/** @jest-environment jsdom */
import { TextDecoder } from 'node:util';
import { MessageLoop } from '@lumino/messaging';
import { FakeAttachment } from '../../tests/ts/attachment';
import { openedStore } from '../../tests/ts/fixtures';
import { trans } from '../../tests/ts/words';
import { ReadError } from '../core/errors';
import { NoticeBar } from './notice';

// What jsdom lacks.
jest.mock('@lumino/dragdrop', () => ({}));
Object.assign(globalThis, { TextDecoder });

async function noticeOf(
  hint: () => string | null,
  attachment: FakeAttachment | null = null
): Promise<NoticeBar> {
  const host = {
    openPanels: null,
    exportPage: null,
    actionOf: () => null,
    hint,
    attachment,
    openProbe: null,
    modelFiles: null,
    savedUntil: null
  };
  const store = await openedStore('tiny.ndiv');
  return new NoticeBar({ store, trans, host });
}

const said = (notice: NoticeBar) =>
  notice.isHidden
    ? null
    : notice.node.querySelector('.nd-Notice-text')?.textContent;

function repaint(notice: NoticeBar): void {
  notice.update();
  MessageLoop.flush();
}

test('a hint comes and goes with what it is about, and stays closed', async () => {
  let hint: string | null = null;
  const notice = await noticeOf(() => hint);
  expect(said(notice)).toBeNull();
  hint = 'large';
  repaint(notice);
  expect(said(notice)).toBe('large');
  notice.node
    .querySelector<HTMLElement>('[aria-label="Close this message"]')!
    .click();
  repaint(notice);
  expect(said(notice)).toBeNull();
  hint = 'larger';
  repaint(notice);
  expect(said(notice)).toBe('larger');
  hint = null;
  repaint(notice);
  expect(said(notice)).toBeNull();
});

test('a hint that no longer holds takes no other message away', async () => {
  let hint: string | null = 'large';
  const notice = await noticeOf(() => hint);
  notice.say('Deleted.');
  hint = null;
  repaint(notice);
  expect(said(notice)).toBe('Deleted.');
});

test('values that are missing are told, and can be tried again, until they are here', async () => {
  const attachment = new FakeAttachment();
  const notice = await noticeOf(() => null, attachment);
  expect(said(notice)).toBeNull();
  const error = new ReadError('x.ndiv', 'missing');
  attachment.become({ kind: 'failed', error });
  expect(said(notice)).toMatch(/Put x\.ndiv beside the notebook/);
  notice.node.querySelector<HTMLElement>('.nd-Link')!.click();
  expect(attachment.attempts).toBe(1);
  expect(said(notice)).toBeNull();
  attachment.become({ kind: 'failed', error });
  expect(said(notice)).not.toBeNull();
  attachment.become({ kind: 'here' });
  expect(said(notice)).toBeNull();
});

test('before trust there is nothing to try', async () => {
  const attachment = new FakeAttachment();
  attachment.state = { kind: 'untrusted' };
  const notice = await noticeOf(() => null, attachment);
  expect(said(notice)).toMatch(/trusted/);
  expect(notice.node.querySelector('.nd-Link')).toBeNull();
});
