import { element } from './dom';

/** Browsers do not lay out elements that are much higher (Firefox 17.8 million pixels). */
export const SPACER_AT_MOST_PX = 5_000_000;

/** How high the window is, and the position of its top, in pixels. */
export type Seen = { readonly heightPx: number; readonly positionPx: number };

/**
 * The scroll position of a graph: pixels of its rows, of which there may be more than a browser can scroll.
 * Then the scroll bar stands for shares of all rows, and steps of wheel and keys stay as large as everywhere.
 */
export class GraphScroll {
  constructor(
    /** The scrolling window. */
    private readonly node: HTMLElement,
    /** Called after a scroll by the user, and after `to`. */
    private readonly onScrolled: (positionPx: number) => void
  ) {
    node.addEventListener('scroll', () => this.follow(), { passive: true });
    node.addEventListener('wheel', event => this.onWheel(event), {
      passive: false
    });
  }

  /** Stands for the height of all rows. */
  readonly spacer = element('div', { className: 'nd-Graph-spacer' });

  /** The page is laid out for it where anything was changed. */
  look(): Seen {
    const { clientHeight, scrollTop } = this.node;
    return {
      heightPx: clientHeight,
      positionPx:
        this.rowsPx <= SPACER_AT_MOST_PX
          ? scrollTop
          : Math.min(this.position, Math.max(0, this.rowsPx - clientHeight))
    };
  }

  get positionPx(): number {
    return this.look().positionPx;
  }

  /** The part of all rows that is in the window, as shares. */
  windowOf({
    heightPx,
    positionPx
  }: Seen): readonly [from: number, to: number] {
    const all = Math.max(this.rowsPx, heightPx, 1);
    const from = positionPx / all;
    return [from, Math.min(1, from + heightPx / all)];
  }

  /** Tell how high all rows are together; whether that is news, so that the position may be another. */
  setRows(rowsPx: number): boolean {
    const isNew = rowsPx !== this.rowsPx;
    if (isNew) {
      this.rowsPx = rowsPx;
      this.spacer.style.height = `${Math.min(rowsPx, SPACER_AT_MOST_PX)}px`;
    }
    return isNew;
  }

  /** The row that a share of all rows points at comes into the middle. */
  toShare(share: number): void {
    this.to(share * this.rowsPx - this.node.clientHeight / 2);
  }

  by(stepPx: number): void {
    this.to(this.positionPx + stepPx);
  }

  to(positionPx: number): void {
    const position = Math.min(Math.max(positionPx, 0), this.mostPx);
    this.position = position;
    this.node.scrollTop =
      this.mostPx > 0 ? position * (this.barPx / this.mostPx) : 0;
    this.told = this.node.scrollTop;
  }

  /** The largest position, and how far the scroll bar goes. */
  private get mostPx(): number {
    return Math.max(0, this.rowsPx - this.node.clientHeight);
  }

  private get barPx(): number {
    const spacerPx = Math.min(this.rowsPx, SPACER_AT_MOST_PX);
    return Math.max(0, spacerPx - this.node.clientHeight);
  }

  /** The scroll bar moved; not because it was told to. */
  private follow(): void {
    const { scrollTop } = this.node;
    if (scrollTop !== this.told) {
      this.told = scrollTop;
      this.position =
        this.barPx > 0 ? (scrollTop / this.barPx) * this.mostPx : 0;
    }
    this.onScrolled(this.positionPx);
  }

  private onWheel(event: WheelEvent): void {
    const isOwn =
      this.rowsPx > SPACER_AT_MOST_PX && !event.ctrlKey && !event.shiftKey;
    if (isOwn) {
      event.preventDefault();
      this.by(wheelPx(event, this.node.clientHeight));
      this.onScrolled(this.positionPx);
    }
  }

  private rowsPx = 0;
  private position = 0;
  private told = 0;
}

const LINE_PX = 16;

/** How far a turn of the wheel scrolls down. */
export function wheelPx(
  { deltaY, deltaMode }: Pick<WheelEvent, 'deltaY' | 'deltaMode'>,
  pagePx: number
): number {
  switch (deltaMode) {
    case WheelEvent.DOM_DELTA_LINE:
      return deltaY * LINE_PX;
    case WheelEvent.DOM_DELTA_PAGE:
      return deltaY * pagePx;
    default:
      return deltaY;
  }
}
