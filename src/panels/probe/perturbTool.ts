import type { TranslationBundle } from '@jupyterlab/translation';
import type { ProbeModel } from '../../view/probe/model';
import type { Perturbation } from '../../view/probe/perturb';
import { Perturbing } from '../../view/probe/perturb';
import { select } from '../controls';
import { element } from '../dom';
import type { BrushTool } from './brushTool';
import type { PixelEditor } from './pixelEditor';

type Kind = Perturbation['kind'];

/** Changes all of a picture at once. */
export class PerturbTool {
  constructor(
    model: ProbeModel,
    private readonly brush: BrushTool,
    private readonly editor: PixelEditor,
    trans: TranslationBundle
  ) {
    this.perturbing = new Perturbing(model);
    const { width, height } = model.size;
    const half = (size: number) => Math.floor(size / 2);
    this.names = {
      noise: trans.__('noise'),
      brightness: trans.__('brightness'),
      contrast: trans.__('contrast'),
      shift: trans.__('shift'),
      patch: trans.__('patch')
    };
    this.kinds = select(
      trans.__('Change of the whole picture'),
      Object.entries(this.names).map(([value, text]) => ({
        value,
        text,
        group: ''
      }))
    );
    this.amount = this.slider(trans.__('How much'), 0, 0);
    this.down = this.slider(trans.__('Down'), -half(height), half(height));
    this.seed = element('input', {
      className: 'nd-Filter nd-Probe-seed',
      title: trans.__('Seed of the noise'),
      attributes: {
        type: 'number',
        min: '0',
        value: '1',
        'aria-label': trans.__('Seed of the noise'),
        'data-lm-suppress-shortcuts': 'true'
      }
    });
    this.ranges = {
      noise: [0, 100],
      brightness: [-128, 128],
      contrast: [-100, 100],
      shift: [-half(width), half(width)],
      patch: [0, Math.min(width, height)]
    };
    this.kinds.addEventListener('change', () => this.begin());
    this.seed.addEventListener('input', () => this.apply());
    this.node = element(
      'div',
      { className: 'nd-Probe-tools' },
      this.kinds,
      this.amount,
      this.down,
      this.seed
    );
    this.begin();
  }

  readonly node: HTMLElement;

  /** Another picture than was perturbed: there is nothing of it in that. */
  refresh(): void {
    if (!this.perturbing.isGoingOn) {
      this.amount.value = this.down.value = '0';
    }
  }

  private get kind(): Kind {
    const kinds = Object.keys(this.names) as Kind[];
    return kinds.find(kind => kind === this.kinds.value) ?? 'noise';
  }

  private begin(): void {
    const { kind } = this;
    const [min, max] = this.ranges[kind];
    this.perturbing.end();
    this.amount.min = String(min);
    this.amount.max = String(max);
    this.amount.value = this.down.value = '0';
    this.amount.title = this.names[kind];
    this.amount.setAttribute('aria-label', this.names[kind]);
    this.down.hidden = kind !== 'shift';
    this.seed.hidden = kind !== 'noise';
  }

  private apply(): void {
    this.perturbing.apply(this.change());
  }

  private change(): Perturbation {
    const { kind } = this;
    const amount = Number(this.amount.value);
    switch (kind) {
      case 'noise':
        return { kind, amount, seed: Number(this.seed.value) };
      case 'shift':
        return { kind, right: amount, down: Number(this.down.value) };
      case 'patch':
        return {
          kind,
          amount,
          at: this.editor.cursorAt,
          color: this.brush.color
        };
      case 'brightness':
      case 'contrast':
        return { kind, amount };
    }
  }

  private slider(label: string, min: number, max: number): HTMLInputElement {
    const input = element('input', {
      className: 'nd-Probe-slider',
      title: label,
      attributes: {
        type: 'range',
        min: String(min),
        max: String(max),
        value: '0',
        'aria-label': label
      }
    });
    input.addEventListener('input', () => this.apply());
    return input;
  }

  private readonly perturbing: Perturbing;
  private readonly names: Readonly<Record<Kind, string>>;
  private readonly ranges: Readonly<
    Record<Kind, readonly [min: number, max: number]>
  >;
  private readonly kinds: HTMLSelectElement;
  private readonly amount: HTMLInputElement;
  private readonly down: HTMLInputElement;
  private readonly seed: HTMLInputElement;
}
