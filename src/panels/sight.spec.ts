/** @jest-environment jsdom */
import { watchSight } from './sight';

describe('A node', () => {
  let report: (isIntersecting: boolean) => void;
  let topPx: number;
  const node = document.createElement('div');
  const [onLeave, onReturn] = [jest.fn(), jest.fn()];

  beforeEach(() => {
    jest.useFakeTimers();
    jest.clearAllMocks();
    topPx = 0;
    node.getBoundingClientRect = () => new DOMRectOf(topPx);
    class Observer {
      constructor(callback: (entries: unknown[]) => void) {
        report = isIntersecting => callback([{ isIntersecting }]);
      }
      observe() {}
      disconnect() {}
    }
    Object.assign(window, { IntersectionObserver: Observer });
  });
  afterEach(() => jest.useRealTimers());

  function goAway() {
    topPx = 99_999;
    report(false);
    jest.advanceTimersByTime(5000);
  }

  it('is away once it has been far from the screen for a while', () => {
    const sight = watchSight(node, onLeave, onReturn);
    topPx = 99_999;
    report(false);
    jest.advanceTimersByTime(1000);
    expect(sight.isAway).toBe(false);
    jest.advanceTimersByTime(5000);
    expect(sight.isAway).toBe(true);
    expect(onLeave).toHaveBeenCalledTimes(1);
    sight.disconnect();
  });

  it('stays when it comes back in time', () => {
    const sight = watchSight(node, onLeave, onReturn);
    report(false);
    report(true);
    jest.advanceTimersByTime(5000);
    expect(onLeave).not.toHaveBeenCalled();
    sight.disconnect();
  });

  it.each([
    ['scrolling', () => document.dispatchEvent(new Event('scroll'))],
    ['its observer', () => report(true)],
    ['whoever asks', (sight: { isAway: boolean }) => sight.isAway]
  ])('comes back by %s', (_, how) => {
    const sight = watchSight(node, onLeave, onReturn);
    goAway();
    topPx = 100;
    how(sight);
    expect(onReturn).toHaveBeenCalledTimes(1);
    expect(sight.isAway).toBe(false);
    sight.disconnect();
  });

  it('is not looked at any more after all', () => {
    const sight = watchSight(node, onLeave, onReturn);
    goAway();
    sight.disconnect();
    topPx = 100;
    document.dispatchEvent(new Event('scroll'));
    expect(onReturn).not.toHaveBeenCalled();
  });
});

class DOMRectOf implements DOMRect {
  constructor(readonly top: number) {}
  readonly x = 0;
  readonly left = 0;
  readonly right = 100;
  readonly width = 100;
  readonly height = 100;
  get y() {
    return this.top;
  }
  get bottom() {
    return this.top + this.height;
  }
  toJSON() {
    return {};
  }
}
