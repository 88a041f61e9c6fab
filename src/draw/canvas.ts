/**
 * The drawing context of a canvas that is `widthPx` × `heightPx` CSS pixels large,
 * and the number of canvas pixels per CSS pixel.
 */
export function contextOf(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number
): [context: CanvasRenderingContext2D, devicePixels: number] {
  const devicePixels = window.devicePixelRatio || 1;
  const told = devicePixelsOf.get(canvas);
  const width = nearest(widthPx * devicePixels, told?.width);
  const height = nearest(heightPx * devicePixels, told?.height);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const [cssWidth, cssHeight] = [`${widthPx}px`, `${heightPx}px`];
  if (canvas.style.width !== cssWidth || canvas.style.height !== cssHeight) {
    canvas.style.width = cssWidth;
    canvas.style.height = cssHeight;
  }
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('this browser cannot draw on a canvas');
  }
  return [context, devicePixels];
}

/** Leaves a canvas as large on the page, and without pixels until it is drawn again. */
export function releasePixels(canvas: HTMLCanvasElement): void {
  canvas.width = 0;
  canvas.height = 0;
}

/** What the browser told, if it is about this size; at a fraction of a pixel it may be either neighbour. */
function nearest(wanted: number, told: number | undefined): number {
  return told !== undefined && Math.abs(told - wanted) < 1
    ? told
    : Math.round(wanted);
}

type Size = { readonly width: number; readonly height: number };

const devicePixelsOf = new WeakMap<Element, Size>();

/**
 * Looks at how many pixels of the screen a canvas covers, where the browser tells, so that none of
 * the canvas's is stretched. Calls back when its own are not as many.
 */
export function watchPixels(
  canvas: HTMLCanvasElement,
  onOther: () => void
): { disconnect(): void } {
  const observer = new ResizeObserver(entries => {
    for (const { devicePixelContentBoxSize } of entries) {
      const [size] = devicePixelContentBoxSize;
      if (size) {
        const { inlineSize: width, blockSize: height } = size;
        devicePixelsOf.set(canvas, { width, height });
        if (width !== canvas.width || height !== canvas.height) {
          onOther();
        }
      }
    }
  });
  try {
    observer.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    // Safari does not know this box; sizes are rounded there.
  }
  return observer;
}
