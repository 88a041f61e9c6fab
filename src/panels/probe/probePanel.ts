import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { firstProbed, listedOf, probedIn } from '../../view/probe/shown';
import type { ProbeModel } from '../../view/probe/model';
import { Probing } from '../../view/probe/probing';
import { offerActions } from '../actions';
import type { PanelContext } from '../context';
import { button, element, setText } from '../dom';
import { Writing } from '../drawing';
import { LiveChooser, namesPart } from '../itemChoices';
import { ThemeReader } from '../themeReader';
import { ModelFilePart } from './modelFilePart';
import { hasModel, openerOf } from '../modelSource';
import { ProbeBody } from './probeBody';

/**
 * A changed picture waits so long for its answer: the page is drawn once with both. Drawn for each, the dots would
 * move later by as long as the page takes. Nobody sees the picture wait.
 */
const TOGETHER_MS = 12;

/** The picture of an instance, changed by hand, and what the model makes of it. */
export class ProbePanel extends Widget {
  constructor(
    private readonly context: PanelContext,
    /** Null: it closes as its surroundings do. */
    private readonly leave: (() => void) | null = null
  ) {
    super();
    const { store, trans } = context;
    this.addClass('nd-Probe');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Probe'));
    this.probing = Probing.of(store);
    this.file = new ModelFilePart(context);
    this.chooser = new LiveChooser(
      trans,
      id => this.choose(id),
      () => store.view.instances
    );
    this.node.append(
      element(
        'header',
        { className: 'nd-Probe-head' },
        element('strong', { text: trans.__('Probe') }),
        this.chooser.node,
        ...(leave ? [this.closeButton(leave)] : [])
      ),
      element(
        'div',
        { className: 'nd-Probe-scroll' },
        this.file.node,
        this.place
      )
    );
    offerActions(this.node, {
      undo: () => this.probing.model?.undo(),
      redo: () => this.probing.model?.redo()
    });
    this.node.addEventListener('keydown', event => this.onKey(event));
    this.probing.changed.connect(this.refreshSoon, this);
    store.changed.connect(this.refreshSoon, this);
  }

  /** Change the picture of an instance; without one that of what is changed already, or of the first shown. */
  choose(id: string | null = null): void {
    const { store, trans } = this.context;
    const { info, view } = store;
    this.watching ??= this.probing.watch();
    this.asked = id ?? this.probing.chosen ?? this.asked;
    const instance =
      listedOf(info).find(one => one.id === this.asked) ??
      firstProbed(info, view);
    const open = openerOf(this.context);
    if (open && hasModel(this.context) && instance) {
      const name = trans.__('%1, changed here', instance.name);
      this.probing.choose(instance.id, name, open);
    }
    this.refreshSoon();
  }

  /** It is closed: what was painted is gone where no other panel shows it. */
  end(): void {
    this.watching?.dispose();
    this.watching = null;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      clearTimeout(this.waiting);
      this.writing.cancel();
      this.end();
      super.dispose();
    }
  }

  /** A notebook detaches what scrolls out of sight: that ends nothing. */
  protected override onAfterAttach(_: Message): void {
    if (this.leave === null) {
      this.choose();
    }
    this.update();
  }

  protected override onAfterShow(_: Message): void {
    this.update();
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.refreshSoon();
  }

  private follow({ isAnswered, error }: ProbeModel): void {
    if (isAnswered || error !== null) {
      clearTimeout(this.waiting);
      this.waiting = undefined;
      this.refreshSoon();
    } else {
      this.waiting ??= setTimeout(() => {
        this.waiting = undefined;
        this.refreshSoon();
      }, TOGETHER_MS);
    }
  }

  private refreshSoon(): void {
    if (this.isVisible) {
      this.writing.soon();
    }
  }

  private refresh(): void {
    if (this.isDisposed || !this.isVisible) {
      return;
    }
    const { store, trans } = this.context;
    this.file.refresh();
    const hasOne = hasModel(this.context);
    if (hasOne && !this.hadOne) {
      this.choose();
    }
    this.hadOne = hasOne;
    const { model } = this.probing;
    if (model !== (this.body?.model ?? null)) {
      model?.changed.connect(this.follow, this);
      this.body =
        model && new ProbeBody(this.context, model, () => this.refreshSoon());
      this.place.replaceChildren(this.body?.node ?? this.note);
    }
    const { info } = store;
    const choices = probedIn(info);
    const isPossible = hasOne && choices.length > 0;
    this.chooser.node.hidden = !isPossible;
    if (isPossible) {
      this.chooser.offer(
        trans.__('Whose picture'),
        [
          namesPart(store, choices, ({ id, name }) => ({
            value: id,
            text: name,
            group: ''
          }))
        ],
        model?.instance.id ?? ''
      );
    }
    setText(this.note, this.noteText());
    this.body?.refresh(this.theme.read());
  }

  /** Why there is nothing to change. */
  private noteText(): string {
    const { store, trans, host } = this.context;
    if (host.openProbe === null) {
      return trans.__(
        'This page runs no model. If the recording has one, it runs in JupyterLab.'
      );
    }
    if (!hasModel(this.context)) {
      const where = trans.__(
        'The recording holds no model. In Python, recording.with_model(model) puts it there.'
      );
      return host.modelFiles !== null
        ? `${where} ${trans.__('Or choose the model.json of a TensorFlow.js model, in the same folder or below.')}`
        : where;
    }
    return probedIn(store.info).length === 0
      ? trans.__(
          'No instance has a picture. In the detail of a neuron, a click on the picture of a sample makes it an instance.'
        )
      : trans.__('Choose whose picture is changed.');
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.leave && !event.defaultPrevented) {
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    }
  }

  private closeButton(leave: () => void): HTMLElement {
    const label = this.context.trans.__('Close (Escape)');
    return button(
      {
        className: 'nd-Button nd-mod-glyph',
        text: '×',
        title: label,
        attributes: { 'aria-label': label }
      },
      leave
    );
  }

  private readonly probing: Probing;
  private readonly chooser: LiveChooser;
  private readonly theme = new ThemeReader(this.node);
  private readonly note = element('p', {
    className: 'nd-Probe-note',
    attributes: { role: 'status' }
  });
  private readonly place = element('div', {}, this.note);
  private readonly file: ModelFilePart;
  /** Whose picture was asked for last: there may be no model yet. */
  private asked: string | null = null;
  private hadOne = false;
  private body: ProbeBody | null = null;
  private watching: IDisposable | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private readonly writing = new Writing(() => this.refresh());
}
