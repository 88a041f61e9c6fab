/** How far from the screen is away. */
const FAR_PX = 1500;
/** Someone who scrolls to and fro comes back sooner. */
const LEFT_MS = 3000;

export type Sight = {
  /** Whether the node is far from the screen, and was for a while. */
  readonly isAway: boolean;
  disconnect(): void;
};

/**
 * Tells when a node has been far from the screen for a while, and when it comes back. The application holds
 * observers back while a notebook scrolls, which is when nodes come back: so that is told by scrolling.
 */
export function watchSight(
  node: HTMLElement,
  onLeave: () => void,
  onReturn: () => void
): Sight {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAway = false;
  const scrolling = { capture: true, passive: true };
  const look = () => {
    if (isAway && isNear(node)) {
      isAway = false;
      document.removeEventListener('scroll', look, scrolling);
      onReturn();
    }
  };
  const leave = () => {
    if (!isAway && !isNear(node)) {
      isAway = true;
      document.addEventListener('scroll', look, scrolling);
      onLeave();
    }
  };
  const observer = new IntersectionObserver(
    entries => {
      clearTimeout(timer);
      if (entries.at(-1)?.isIntersecting) {
        look();
      } else {
        timer = setTimeout(leave, LEFT_MS);
      }
    },
    { rootMargin: `${FAR_PX}px` }
  );
  observer.observe(node);
  return {
    get isAway() {
      look();
      return isAway;
    },
    disconnect() {
      clearTimeout(timer);
      document.removeEventListener('scroll', look, scrolling);
      observer.disconnect();
    }
  };
}

function isNear(node: HTMLElement): boolean {
  const { top, bottom, width } = node.getBoundingClientRect();
  return width > 0 && top < window.innerHeight + FAR_PX && bottom > -FAR_PX;
}
