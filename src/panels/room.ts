/**
 * The room an element has. A size that lasts less than a frame, as while a theme loads or a cell is
 * attached again, is never reported by observers; so after a change of size one looks again.
 */
export class Room {
  /** Whether to look again in the next frame. */
  shouldLookAgain(widthPx: number, heightPx: number): boolean {
    const isSame = widthPx === this.widthPx && heightPx === this.heightPx;
    this.looks = isSame ? this.looks + 1 : 0;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    const isEmpty = widthPx === 0 || heightPx === 0;
    return this.looks < (isEmpty ? LOOKS_AT_EMPTY : 1);
  }

  private widthPx = NaN;
  private heightPx = NaN;
  private looks = 0;
}

/** Frames; what stays empty for longer is reported when it gets room. */
const LOOKS_AT_EMPTY = 60;
