import { KEPT_AT_MOST, KEPT_NAME_CHARACTERS } from '../../view/keptImages';
import { AttackModel } from '../../view/probe/attack';
import {
  freeName,
  keep,
  keptAlready,
  originOf,
  subjectName,
  whyNotKept
} from '../../view/probe/keep';
import type { ProbeModel } from '../../view/probe/model';
import type { PanelContext } from '../context';
import { button, element, setText } from '../dom';
import { keepForm } from '../keepForm';
import { changeName } from './attackTexts';

/** Keeps the picture of a probe in the view, as an attacked instance beside its original. */
export class KeepPart {
  constructor(
    private readonly context: PanelContext,
    private readonly model: ProbeModel
  ) {
    const { trans } = context;
    this.button = button(
      {
        className: 'nd-Button',
        text: trans.__('Keep as attacked'),
        title: trans.__(
          'Keep this picture in the view as an attacked instance beside its original'
        )
      },
      () => this.openForm()
    );
    this.node = element(
      'div',
      { className: 'nd-Probe-keep' },
      this.button,
      this.note
    );
  }

  readonly node: HTMLElement;

  refresh(): void {
    const text = this.refusalText();
    this.button.hidden = this.form !== null;
    this.button.setAttribute('aria-disabled', String(text !== ''));
    setText(this.note, this.form === null ? text : '');
  }

  private openForm(): void {
    const { store, trans } = this.context;
    const { model } = this;
    if (whyNotKept(store, model) !== null || this.form !== null) {
      return;
    }
    if (keptAlready(store, model) !== null) {
      keep(store, model, '');
      return;
    }
    const wanted = changeName(
      subjectName(originOf(store, model)),
      AttackModel.of(model).made,
      trans
    );
    const close = () => {
      this.form?.remove();
      this.form = null;
      this.refresh();
      this.button.focus();
    };
    this.form = keepForm(
      {
        label: trans.__('New attacked instance'),
        suggested: freeName(store, wanted),
        mostCharacters: KEPT_NAME_CHARACTERS
      },
      trans,
      name => {
        keep(store, model, freeName(store, name));
        close();
      },
      close
    );
    this.button.before(this.form);
    this.refresh();
    this.form.querySelector('input')?.select();
  }

  /** Why it is not kept; empty where it can be. */
  private refusalText(): string {
    const { store, trans } = this.context;
    switch (whyNotKept(store, this.model)) {
      case null:
        return '';
      case 'unchanged':
        return trans.__('once the picture is changed');
      case 'unanswered':
        return trans.__('once the model has answered');
      case 'kept':
        return trans.__(
          'kept as “%1”',
          keptAlready(store, this.model)?.name ?? ''
        );
      case 'full':
        return trans.__(
          'the view keeps %1 already, remove one first',
          KEPT_AT_MOST
        );
      case 'large':
        return trans.__('the picture is too large for a notebook');
    }
  }

  private readonly button: HTMLButtonElement;
  private readonly note = element('span', {
    className: 'nd-Probe-note',
    attributes: { role: 'status' }
  });
  private form: HTMLFormElement | null = null;
}
