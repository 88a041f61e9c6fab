import type { TranslationBundle } from '@jupyterlab/translation';
import type { Theme } from '../../draw/theme';
import type { Pixel, Size } from '../../view/probe/edits';
import { colorAt, difference, squareAround } from '../../view/probe/edits';
import type { ProbeModel } from '../../view/probe/model';
import { element, setText } from '../dom';
import { rgbaOf } from '../thumbnail';
import type { BrushTool } from './brushTool';

/** A picture enlarged, painted with a click, a drag, or Enter where the arrows led. */
export class PixelEditor {
  constructor(
    private readonly model: ProbeModel,
    private readonly trans: TranslationBundle,
    private readonly tool: BrushTool
  ) {
    const { size, instance } = model;
    for (const canvas of [this.canvas, this.heatCanvas]) {
      canvas.width = size.width;
      canvas.height = size.height;
    }
    this.frame.style.setProperty(
      '--nd-shape',
      `${size.width} / ${size.height}`
    );
    this.frame.setAttribute(
      'aria-label',
      trans.__('%1, enlarged. Arrows move, Enter paints.', instance.name)
    );
    this.node = element('div', {}, this.frame, this.place);
    tool.onChange(() => this.goTo(this.at));
    const { frame } = this;
    frame.addEventListener('pointerdown', event => {
      if (event.button === 0) {
        frame.setPointerCapture(event.pointerId);
        this.goTo(this.under(event));
        this.use(false);
        this.isDown = true;
      }
    });
    frame.addEventListener('pointermove', event => {
      const next = this.under(event);
      if (next.x !== this.at.x || next.y !== this.at.y) {
        this.goTo(next);
        if (this.isDown) {
          this.use(true);
        }
      }
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      frame.addEventListener(end, () => (this.isDown = false));
    }
    frame.addEventListener('keydown', event => this.onKey(event));
    this.goTo(this.at);
  }

  readonly node: HTMLElement;
  /** In place of the picture what was added to it. */
  showsDifference = false;

  /** Over the picture, how near each pixel came to a goal, from 0 to 1; NaN: nothing there. Null: nothing. */
  showHeat(heat: Float32Array | null, { attacked }: Theme): void {
    const { size } = this.model;
    this.heatCanvas.hidden = heat === null;
    if (heat !== null) {
      const picture = new ImageData(size.width, size.height);
      heat.forEach((near, pixel) => {
        const opacity = Number.isNaN(near) ? 0 : 0.12 + 0.78 * Math.sqrt(near);
        picture.data.set([...attacked, 255 * opacity], 4 * pixel);
      });
      this.heatCanvas.getContext('2d')?.putImageData(picture, 0, 0);
    }
  }

  /** Where the cursor is. */
  get cursorAt(): Pixel {
    return this.at;
  }

  refresh(): void {
    const { model, canvas } = this;
    const { size, original } = model;
    const pixels = this.showsDifference
      ? difference(model.pixels, original, size)
      : model.pixels;
    const picture = new ImageData(size.width, size.height);
    for (let pixel = 0; pixel < size.width * size.height; pixel++) {
      picture.data.set(rgbaOf(pixels, size.channels, pixel), 4 * pixel);
    }
    canvas.getContext('2d')?.putImageData(picture, 0, 0);
    this.tell();
  }

  private under({ clientX, clientY }: PointerEvent): Pixel {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    const { size } = this.model;
    return within(size, {
      x: Math.floor(((clientX - left) / width) * size.width),
      y: Math.floor(((clientY - top) / height) * size.height)
    });
  }

  private goTo(pixel: Pixel): void {
    const { size } = this.model;
    this.at = within(size, pixel);
    const side = this.tool.picks ? 1 : this.tool.side;
    const { left, top, right, bottom } = squareAround(this.at, side, size);
    const { style } = this.cursor;
    style.left = share(left, size.width);
    style.top = share(top, size.height);
    style.width = share(right - left, size.width);
    style.height = share(bottom - top, size.height);
    this.tell();
  }

  private tell(): void {
    const { x, y } = this.at;
    const { pixels, size } = this.model;
    const values = colorAt(pixels, size, this.at).join(', ');
    setText(this.place, this.trans.__('row %1, column %2: %3', y, x, values));
  }

  private use(isStroke: boolean): void {
    const { model, tool, at } = this;
    if (tool.picks) {
      tool.pick(colorAt(model.pixels, model.size, at));
    } else {
      const isSame = isStroke && this.hasPainted;
      const before = model.pixels;
      model.paint(at, tool.color, tool.side, isSame);
      this.hasPainted = isSame || model.pixels !== before;
    }
  }

  private onKey(event: KeyboardEvent): void {
    const step = STEPS.get(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (step) {
      this.goTo({ x: this.at.x + step[0], y: this.at.y + step[1] });
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.use(false);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private at: Pixel = { x: 0, y: 0 };
  private isDown = false;
  /** The stroke that goes on has changed something: it is a step already. */
  private hasPainted = false;
  private readonly canvas = element('canvas', {
    className: 'nd-Thumbnail',
    attributes: { 'aria-hidden': 'true' }
  });
  private readonly heatCanvas = element('canvas', {
    className: 'nd-Probe-heat',
    attributes: { 'aria-hidden': 'true' }
  });
  private readonly cursor = element('span', { className: 'nd-Probe-cursor' });
  private readonly place = element('p', {
    className: 'nd-Probe-line nd-mod-short',
    attributes: { 'aria-live': 'polite' }
  });
  private readonly frame: HTMLElement = element(
    'div',
    {
      className: 'nd-Probe-picture',
      attributes: { tabindex: '0', role: 'application' }
    },
    this.canvas,
    this.heatCanvas,
    this.cursor
  );
}

const STEPS = new Map<string, readonly [x: number, y: number]>([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]]
]);

function within({ width, height }: Size, { x, y }: Pixel): Pixel {
  return {
    x: Math.min(Math.max(x, 0), width - 1),
    y: Math.min(Math.max(y, 0), height - 1)
  };
}

function share(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}
