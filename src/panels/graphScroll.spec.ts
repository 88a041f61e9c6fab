/** @jest-environment jsdom */
import { GraphScroll, SPACER_AT_MOST_PX, wheelPx } from './graphScroll';

const WINDOW_PX = 400;

/** A scrolling element as jsdom does not lay it out. */
function scrolled(rowsPx: number) {
  const node = document.createElement('div');
  let top = 0;
  const mostPx = () => Math.min(rowsPx, SPACER_AT_MOST_PX) - WINDOW_PX;
  Object.defineProperties(node, {
    clientHeight: { value: WINDOW_PX },
    scrollTop: {
      get: () => top,
      // Browsers keep whole pixels of the screen.
      set: (to: number) => {
        top = Math.round(Math.min(Math.max(to, 0), mostPx()));
      }
    }
  });
  const told: number[] = [];
  const scroll = new GraphScroll(node, positionPx => told.push(positionPx));
  scroll.setRows(rowsPx);
  const drag = (to: number) => {
    node.scrollTop = to;
    node.dispatchEvent(new Event('scroll'));
  };
  return { node, scroll, told, drag };
}

describe('The scroll position of', () => {
  it('rows that a browser can scroll is that of the element', () => {
    const { node, scroll, drag } = scrolled(15_000);
    expect(scroll.spacer.style.height).toBe('15000px');
    drag(120);
    expect(scroll.positionPx).toBe(120);
    scroll.by(30);
    expect(node.scrollTop).toBe(150);
    scroll.toShare(0.5);
    expect(scroll.positionPx).toBe(7500 - WINDOW_PX / 2);
    scroll.to(1e9);
    expect(scroll.positionPx).toBe(15_000 - WINDOW_PX);
  });

  it.each([25_000_000, 655_753_216])(
    '%d pixels of rows is exact, and no element is as high',
    rowsPx => {
      const { node, scroll, drag } = scrolled(rowsPx);
      expect(scroll.spacer.style.height).toBe(`${SPACER_AT_MOST_PX}px`);
      scroll.to(12_345_678);
      node.dispatchEvent(new Event('scroll'));
      expect(scroll.positionPx).toBe(12_345_678);
      scroll.by(5003);
      node.dispatchEvent(new Event('scroll'));
      expect(scroll.positionPx).toBe(12_350_681);
      const turn = new WheelEvent('wheel', { deltaY: 100, cancelable: true });
      node.dispatchEvent(turn);
      expect(turn.defaultPrevented).toBe(true);
      expect(scroll.positionPx).toBe(12_350_781);
      drag(SPACER_AT_MOST_PX - WINDOW_PX);
      expect(scroll.positionPx).toBe(rowsPx - WINDOW_PX);
      expect(scroll.windowOf(scroll.look())[1]).toBe(1);
      drag(0);
      expect(scroll.positionPx).toBe(0);
    }
  );

  it('fewer rows than before is within them', () => {
    const { scroll } = scrolled(25_000_000);
    scroll.to(24_000_000);
    scroll.setRows(12_000_000);
    expect(scroll.positionPx).toBe(12_000_000 - WINDOW_PX);
    scroll.setRows(200);
    expect(scroll.windowOf(scroll.look())).toEqual([expect.any(Number), 1]);
  });

  it('is told after a scroll', () => {
    const { told, drag } = scrolled(15_000);
    drag(75);
    expect(told).toEqual([75]);
  });
});

test.each([
  [WheelEvent.DOM_DELTA_PIXEL, 100, 100],
  [WheelEvent.DOM_DELTA_LINE, 3, 48],
  [WheelEvent.DOM_DELTA_PAGE, -1, -400]
])(
  'a turn of the wheel in unit %d of %d is %d pixels',
  (deltaMode, deltaY, px) => {
    expect(wheelPx({ deltaMode, deltaY }, WINDOW_PX)).toBe(px);
  }
);
