import type { Theme } from '../../draw/theme';
import { AttackModel, ATTACKS } from '../../view/probe/attack';
import type { ProbeModel } from '../../view/probe/model';
import type { PanelContext } from '../context';
import { select, toggleButton } from '../controls';
import { button, element, setText } from '../dom';
import { attackHint, attackName, attackText, className } from './attackTexts';
import { ChangesPart } from './changesPart';

const NO_TARGET = '';
const MOST_PIXELS = 100;

/** Attacks on the picture of a probe: what is chosen, how far it is, and what came of it. */
export class AttackPart {
  constructor(
    private readonly context: PanelContext,
    probe: ProbeModel,
    /** Draw it again. */
    changed: () => void
  ) {
    const { store, trans } = context;
    this.model = AttackModel.of(probe);
    const { model, probe: tried } = { model: this.model, probe };
    model.changed.connect(changed);
    this.changes = new ChangesPart(model, trans);
    this.kind = select(trans.__('Attack'), []);
    this.kind.addEventListener('change', () => {
      const kind = ATTACKS.find(one => one === this.kind.value);
      model.choose({ kind: kind ?? ATTACKS[0] });
    });
    this.target = select(trans.__('Class to reach'), [
      { value: NO_TARGET, text: trans.__('any other class'), group: '' },
      ...store.info.classes.map((_, i) => ({
        value: String(i),
        text: className(store, i),
        group: ''
      }))
    ]);
    this.target.addEventListener('change', () => {
      const { value } = this.target;
      model.choose({ target: value === NO_TARGET ? null : Number(value) });
    });
    const { height, width } = tried.size;
    const most = Math.min(MOST_PIXELS, height * width);
    this.count = number(trans.__('Pixels that may change'), 1, most, value =>
      model.choose({ count: value })
    );
    this.seed = number(trans.__('Seed'), 0, 9999, value =>
      model.choose({ seed: value })
    );
    this.countLabel = labelled(trans.__('pixels'), this.count);
    this.seedLabel = labelled(trans.__('seed'), this.seed);
    this.run = button(
      { className: 'nd-Button', text: trans.__('attack') },
      () => (model.isRunning ? model.stop() : void model.start())
    );
    this.heatButton = toggleButton(
      trans.__('tried pixels'),
      trans.__(
        'Pixels that were tried, the redder the nearer the class came to change'
      )
    );
    this.heatButton.addEventListener('click', () => {
      this.showsHeat = !this.showsHeat;
      changed();
    });
    this.bar.setAttribute('aria-label', trans.__('How far the attack is'));
    this.node = element(
      'details',
      { className: 'nd-Attack' },
      element('summary', { text: trans.__('Attack') }),
      element(
        'div',
        { className: 'nd-Probe-tools' },
        this.kind,
        this.countLabel,
        this.target,
        this.seedLabel,
        this.run,
        this.heatButton
      ),
      this.hint,
      this.bar,
      this.status,
      this.changes.node
    );
  }

  readonly node: HTMLElement;

  /** How near each tried pixel came, where that is to be seen. */
  get heat(): Float32Array | null {
    return this.showsHeat ? this.model.heat : null;
  }

  refresh(theme: Theme): void {
    const { model, context } = this;
    const { store, trans } = context;
    const { kinds, choice, isRunning, progress } = model;
    this.node.hidden = kinds.length === 0;
    const { kind } = choice;
    if (this.kind.options.length !== kinds.length) {
      const offered = kinds.map(one => ({
        value: one,
        text: attackName(one, trans),
        group: ''
      }));
      this.kind.replaceChildren(...select('', offered).children);
    }
    this.kind.value = kind;
    this.target.value = choice.target === null ? '' : String(choice.target);
    show(this.count, choice.count);
    show(this.seed, choice.seed);
    this.countLabel.hidden = kind !== 'pixels';
    this.seedLabel.hidden = kind !== 'pixels' && kind !== 'pgd';
    for (const option of this.target.options) {
      option.disabled = option.value === String(model.label);
    }
    setText(this.run, isRunning ? trans.__('stop') : trans.__('attack'));
    this.run.title = isRunning
      ? trans.__('Stop the attack and keep its best picture')
      : trans.__('Attack the picture as it was recorded');
    for (const field of [this.kind, this.target, this.count, this.seed]) {
      field.disabled = isRunning;
    }
    this.heatButton.hidden = model.heat === null;
    this.heatButton.setAttribute('aria-pressed', String(this.showsHeat));
    setText(this.hint, attackHint(kind, model.levels, trans));
    this.bar.hidden = !isRunning;
    this.bar.max = progress?.of ?? 1;
    this.bar.value = progress?.step ?? 0;
    setText(this.status, attackText(model, store, trans));
    this.changes.refresh(theme);
  }

  private readonly model: AttackModel;
  private readonly changes: ChangesPart;
  private readonly kind: HTMLSelectElement;
  private readonly target: HTMLSelectElement;
  private readonly count: HTMLInputElement;
  private readonly seed: HTMLInputElement;
  private readonly countLabel: HTMLElement;
  private readonly seedLabel: HTMLElement;
  private readonly run: HTMLButtonElement;
  private readonly heatButton: HTMLButtonElement;
  private readonly hint = element('p', { className: 'nd-Attack-hint' });
  private readonly bar = element('progress', { className: 'nd-Progress-bar' });
  private readonly status = element('p', {
    className: 'nd-Probe-line',
    attributes: { role: 'status' }
  });
  private showsHeat = true;
}

function number(
  label: string,
  least: number,
  most: number,
  choose: (value: number) => void
): HTMLInputElement {
  const input = element('input', {
    className: 'nd-Filter nd-Attack-number',
    attributes: {
      ...{ type: 'number', min: String(least), max: String(most) },
      ...{ 'aria-label': label, 'data-lm-suppress-shortcuts': 'true' }
    }
  });
  input.addEventListener('change', () => {
    const value = Math.round(Number(input.value));
    const within = Math.min(Math.max(value || least, least), most);
    input.value = String(within);
    choose(within);
  });
  return input;
}

function labelled(text: string, input: HTMLElement): HTMLElement {
  return element(
    'label',
    { className: 'nd-Attack-label' },
    document.createTextNode(text),
    input
  );
}

/** Not while someone types. */
function show(input: HTMLInputElement, value: number): void {
  if (document.activeElement !== input) {
    input.value = String(value);
  }
}
