import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { Progress } from '../worker/protocol';
import type { IDownloads } from './attachment';
import { element } from './dom';

/** A short wait is not worth a word. */
const SHOWN_AFTER_MS = 300;
const NAMED_AT_MOST = 2;

/** Says how far downloads are: "Reading dense_1 · 12 of 48 MB". */
export class ProgressStrip extends Widget {
  /** Without `downloads` it says what it is told to. */
  constructor(
    private readonly trans: TranslationBundle,
    downloads: IDownloads | null = null
  ) {
    super();
    this.addClass('nd-Progress');
    this.bar.setAttribute('aria-label', trans.__('Reading the recording'));
    this.node.append(this.text, this.bar);
    this.hide();
    const follow = () => this.follow(downloads?.list ?? [], false);
    downloads?.changed.connect(follow, this);
    follow();
  }

  override dispose(): void {
    clearTimeout(this.timer ?? undefined);
    super.dispose();
  }

  /** What is under way; `isOpening` also while nothing has come yet. */
  follow(downloads: readonly Progress[], isOpening: boolean): void {
    if (downloads.length === 0 && !isOpening) {
      clearTimeout(this.timer ?? undefined);
      this.timer = null;
      this.hide();
      return;
    }
    this.describe(downloads);
    this.timer ??= setTimeout(() => this.show(), SHOWN_AFTER_MS);
  }

  private describe(downloads: readonly Progress[]): void {
    const loadedBytes = sum(downloads.map(d => d.loadedBytes));
    const totalBytes = sum(downloads.map(d => d.totalBytes));
    if (totalBytes > 0) {
      this.bar.max = totalBytes;
      this.bar.value = loadedBytes;
    } else {
      this.bar.removeAttribute('value');
    }
    this.text.textContent = this.sentence(downloads, loadedBytes, totalBytes);
  }

  private sentence(
    downloads: readonly Progress[],
    loadedBytes: number,
    totalBytes: number
  ): string {
    const { trans } = this;
    const names = downloads.flatMap(({ layer }) =>
      layer === null ? [] : [layer]
    );
    const named = names.slice(0, NAMED_AT_MOST).join(', ');
    const more = names.length - NAMED_AT_MOST;
    const what =
      names.length === 0
        ? trans.__('the recording')
        : more > 0
          ? trans.__('%1 and %2 more', named, more)
          : named;
    if (loadedBytes === 0) {
      return trans.__('Reading %1…', what);
    }
    return totalBytes > 0
      ? trans.__(
          'Reading %1 · %2 of %3 MB',
          what,
          megabytes(loadedBytes, totalBytes),
          megabytes(totalBytes, totalBytes)
        )
      : trans.__(
          'Reading %1 · %2 MB',
          what,
          megabytes(loadedBytes, loadedBytes)
        );
  }

  private readonly text = element('span', { className: 'nd-Progress-text' });
  private readonly bar = element('progress', { className: 'nd-Progress-bar' });
  private timer: ReturnType<typeof setTimeout> | null = null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** As precise as the whole needs. */
function megabytes(sizeBytes: number, wholeBytes: number): string {
  return (sizeBytes / 1e6).toFixed(wholeBytes < 10e6 ? 1 : 0);
}
