import { UnavailableError } from '../../core/errors';
import type { Theme } from '../../draw/theme';
import type { ProbeModel } from '../../view/probe/model';
import type { PanelContext } from '../context';
import { toggleButton } from '../controls';
import { button, element, setText } from '../dom';
import { describeError } from '../errorCard';
import { AttackPart } from './attackPart';
import { BrushTool } from './brushTool';
import { ClassBars } from './classBars';
import { KeepPart } from './keepPart';
import { MovedBars } from './movedBars';
import { PerturbTool } from './perturbTool';
import { PixelEditor } from './pixelEditor';
import { layersText, matchText } from './texts';

/** One picture, its pixels painted by hand, and what the model makes of it. */
export class ProbeBody {
  constructor(
    private readonly context: PanelContext,
    readonly model: ProbeModel,
    /** Draw it again. */
    changed: () => void
  ) {
    const { trans } = context;
    const tool = new BrushTool(model.size, trans);
    this.editor = new PixelEditor(model, trans, tool);
    this.perturb = new PerturbTool(model, tool, this.editor, trans);
    this.bars = new ClassBars(context);
    this.moved = new MovedBars(context, model);
    this.keep = new KeepPart(context, model);
    this.attack = new AttackPart(context, model, changed);
    const step = (text: string, hint: string, run: () => void) =>
      button(
        {
          className: 'nd-Button',
          text,
          title: hint,
          attributes: { 'aria-label': hint }
        },
        run
      );
    this.undo = step('↶', trans.__('Undo the last stroke'), () => model.undo());
    this.redo = step('↷', trans.__('Redo the stroke'), () => model.redo());
    this.reset = step(
      trans.__('reset'),
      trans.__('The picture as it was recorded'),
      () => model.reset()
    );
    const added = toggleButton(
      trans.__('difference'),
      trans.__('What was added to the picture; grey: nothing')
    );
    added.addEventListener('click', () => {
      this.editor.showsDifference = !this.editor.showsDifference;
      added.setAttribute('aria-pressed', String(this.editor.showsDifference));
      this.editor.refresh();
    });
    this.again = button(
      { className: 'nd-Button', text: trans.__('Try again') },
      () => model.again()
    );
    this.node = element(
      'div',
      { className: 'nd-Probe-body' },
      element(
        'div',
        { className: 'nd-Probe-tools' },
        ...tool.nodes,
        this.undo,
        this.redo,
        this.reset,
        added
      ),
      this.perturb.node,
      element(
        'div',
        { className: 'nd-Probe-columns' },
        element('div', { className: 'nd-Probe-column' }, this.editor.node),
        element(
          'div',
          { className: 'nd-Probe-column' },
          this.count,
          this.keep.node,
          this.bars.node,
          this.moved.node,
          this.status,
          this.again,
          this.attack.node,
          this.missing
        )
      )
    );
  }

  readonly node: HTMLElement;

  refresh(theme: Theme): void {
    const { model, context } = this;
    const { trans } = context;
    this.editor.refresh();
    this.perturb.refresh();
    this.moved.refresh();
    this.keep.refresh();
    this.attack.refresh(theme);
    this.editor.showHeat(this.attack.heat, theme);
    const count = model.changedPixels.length;
    this.undo.setAttribute('aria-disabled', String(!model.canUndo));
    this.redo.setAttribute('aria-disabled', String(!model.canRedo));
    this.reset.setAttribute('aria-disabled', String(count === 0));
    setText(
      this.count,
      trans._n('%1 pixel changed', '%1 pixels changed', count)
    );
    this.bars.refresh(
      model.now?.probabilities ?? null,
      model.before?.probabilities ?? null,
      theme
    );
    setText(this.status, this.statusText());
    this.again.hidden = model.error === null;
    const texts = (model.found?.matches ?? [])
      .filter(({ layer }) => layer === null)
      .map(match => matchText(match, trans));
    this.missing.replaceChildren(...texts.map(text => element('li', { text })));
    this.missing.hidden = texts.length === 0;
    this.node.setAttribute(
      'aria-busy',
      String(model.now === null && model.error === null)
    );
  }

  private statusText(): string {
    const { model, context } = this;
    const { trans } = context;
    const { error, found } = model;
    if (error instanceof UnavailableError && error.reason === 'untrusted') {
      return trans.__(
        'The model of this recording is run once the notebook is trusted.'
      );
    }
    if (error !== null) {
      return describeError(error, trans);
    }
    if (found !== null) {
      return layersText(found, trans);
    }
    return context.store.info.model?.weightBytes === 0
      ? trans.__('Waiting for the kernel, which answers between cells…')
      : trans.__('Loading the model…');
  }

  private readonly editor: PixelEditor;
  private readonly perturb: PerturbTool;
  private readonly bars: ClassBars;
  private readonly moved: MovedBars;
  private readonly keep: KeepPart;
  private readonly attack: AttackPart;
  private readonly undo: HTMLElement;
  private readonly redo: HTMLElement;
  private readonly reset: HTMLElement;
  private readonly again: HTMLElement;
  private readonly count = element('p', {
    className: 'nd-Probe-line nd-mod-short'
  });
  private readonly status = element('p', {
    className: 'nd-Probe-line',
    attributes: { role: 'status' }
  });
  private readonly missing = element('ul', { className: 'nd-Probe-missing' });
}
