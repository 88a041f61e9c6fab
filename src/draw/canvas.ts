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
  const width = Math.round(widthPx * devicePixels);
  const height = Math.round(heightPx * devicePixels);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${widthPx}px`;
    canvas.style.height = `${heightPx}px`;
  }
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('this browser cannot draw on a canvas');
  }
  return [context, devicePixels];
}
