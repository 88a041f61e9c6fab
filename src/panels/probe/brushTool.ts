import type { TranslationBundle } from '@jupyterlab/translation';
import type { Color, Size } from '../../view/probe/edits';
import { BRUSH_SIZES } from '../../view/probe/edits';
import { select, toggleButton } from '../controls';
import { element } from '../dom';

/** What pixels are painted with: a colour, or a brightness where there are no colours, and a size. */
export class BrushTool {
  constructor(
    private readonly size: Size,
    trans: TranslationBundle
  ) {
    const isGrey = size.channels === 1;
    const label = isGrey
      ? trans.__('Brightness of the brush')
      : trans.__('Colour of the brush');
    this.input = element('input', {
      className: 'nd-Probe-color',
      title: label,
      attributes: {
        'aria-label': label,
        ...(isGrey
          ? { type: 'range', min: '0', max: '255', value: '255' }
          : { type: 'color', value: '#ffff00' })
      }
    });
    this.sides = select(
      trans.__('Size of the brush'),
      BRUSH_SIZES.filter(
        side => side <= Math.max(1, Math.min(size.width, size.height) / 2)
      ).map(side => ({
        value: String(side),
        text: trans.__('%1 × %2', side, side),
        group: ''
      }))
    );
    this.sides.addEventListener('change', () => this.tell());
    this.picker = toggleButton(
      trans.__('pick'),
      trans.__('Take the colour of a pixel of the picture')
    );
    this.picker.addEventListener('click', () => this.setPicks(!this.isPicking));
  }

  get nodes(): readonly HTMLElement[] {
    return [this.input, this.picker, this.sides];
  }

  /** A pixel's colour is to be taken; then pixels are painted again. */
  get picks(): boolean {
    return this.isPicking;
  }

  /** In pixels. */
  get side(): number {
    return Number(this.sides.value);
  }

  get color(): Color {
    const { value } = this.input;
    const { channels } = this.size;
    if (channels === 1) {
      return [Number(value)];
    }
    const rgb = [1, 3, 5].map(at => parseInt(value.slice(at, at + 2), 16));
    return channels === 4 ? [...rgb, 255] : rgb;
  }

  pick(color: Color): void {
    this.input.value =
      this.size.channels === 1
        ? String(color[0])
        : `#${color
            .slice(0, 3)
            .map(value => value.toString(16).padStart(2, '0'))
            .join('')}`;
    this.setPicks(false);
  }

  /** Hears when the size is another, and when a colour is to be taken or was. */
  onChange(tell: () => void): void {
    this.tell = tell;
  }

  private setPicks(picks: boolean): void {
    this.isPicking = picks;
    this.picker.setAttribute('aria-pressed', String(picks));
    this.tell();
  }

  private tell: () => void = () => undefined;
  private isPicking = false;
  private readonly input: HTMLInputElement;
  private readonly sides: HTMLSelectElement;
  private readonly picker: HTMLButtonElement;
}
