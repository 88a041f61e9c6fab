import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Finding } from '../../view/findings';
import { findingsTable } from '../../view/findingsCsv';
import { FindingsModel } from '../../view/findingsModel';
import { LayersModel } from '../../view/layersModel';
import type { ILooking } from '../../view/looking';
import type { PanelContext } from '../context';
import { DetectorPart } from '../detector/detectorPart';
import { button, element, setText } from '../dom';
import { Writing } from '../drawing';
import { download, fileName } from '../download';
import { describeError } from '../errorCard';
import { placeNear } from '../neuronPlaces';
import { ThemeReader } from '../themeReader';
import { FindingsControls } from './controls';
import { MatrixMap } from './matrixMap';
import { LayerStrip } from './strip';
import { FindingsTable } from './table';
import { emptyText, listedText } from './texts';

/** Over all layers: the neurons where two items diverge most, and where an instance changes sides. */
export class FindingsPanel extends Widget {
  constructor(
    private readonly context: PanelContext,
    private readonly looking: ILooking
  ) {
    super();
    const { store, trans } = context;
    this.addClass('nd-Findings');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Findings'));
    this.model = FindingsModel.of(looking);
    this.layersModel = LayersModel.of(looking);
    this.controls = new FindingsControls(context, this.model);
    this.table = new FindingsTable(
      context,
      finding => this.goTo(finding, 'graph'),
      finding => this.goTo(finding, 'detail')
    );
    this.strip = new LayerStrip(context, this.layersModel, layer => {
      const { name } = store.info.layers[layer];
      const isOpen = looking.state.matrix === name;
      looking.change({ matrix: isOpen ? null : name });
    });
    this.matrix = new MatrixMap(
      context,
      (a, b) =>
        this.model.compare({
          divergence: this.model.contrast?.divergence ?? 'auc',
          a: { class: a },
          b: { class: b }
        }),
      () => looking.change({ matrix: null })
    );
    this.detector = new DetectorPart(context, looking, () =>
      this.refreshSoon()
    );
    this.progress.setAttribute(
      'aria-label',
      trans.__('Looking through the layers…')
    );
    this.export = button(
      {
        className: 'nd-Button',
        text: trans.__('CSV'),
        title: trans.__('Save all findings as a table (CSV)')
      },
      () => this.save()
    );
    this.node.append(
      element(
        'header',
        { className: 'nd-Findings-head' },
        ...this.controls.nodes
      ),
      element(
        'div',
        { className: 'nd-Findings-scroll' },
        this.strip.node,
        this.matrix.node,
        this.detector.node,
        element(
          'div',
          { className: 'nd-Findings-bar-line' },
          this.listed,
          this.progress,
          this.export
        ),
        this.said,
        this.refused,
        this.table.node
      )
    );
    this.model.changed.connect(this.refreshSoon, this);
    this.layersModel.changed.connect(this.refreshSoon, this);
    this.resizes = new ResizeObserver(() => this.refreshSoon());
    this.resizes.observe(this.node);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.resizes.disconnect();
      this.writing.cancel();
      this.setWatching(false);
      this.detector.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(_: Message): void {
    this.setWatching(this.isVisible);
  }

  protected override onBeforeDetach(_: Message): void {
    this.setWatching(false);
  }

  protected override onAfterShow(_: Message): void {
    this.setWatching(true);
  }

  protected override onAfterHide(_: Message): void {
    this.setWatching(false);
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.refreshSoon();
  }

  /** Nothing is asked for a panel that nobody sees. */
  private setWatching(isWatching: boolean): void {
    this.detector.setWatching(isWatching);
    if (isWatching && this.watching.length === 0) {
      this.watching = [this.model.watch(), this.layersModel.watch()];
      this.theme.forget();
      this.refreshSoon();
    } else if (!isWatching) {
      this.watching.forEach(w => w.dispose());
      this.watching = [];
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
    const theme = this.theme.read();
    this.makeRoom();
    this.controls.refresh();
    const { contrast, question, progress } = this.model;
    const findings = this.model.findings();
    this.table.show({ findings, question, contrast }, theme);
    const { matrix: layer } = this.looking.state;
    const chosen = store.info.layers.findIndex(({ name }) => name === layer);
    this.strip.show(chosen, this.strip.node.clientWidth, theme);
    const { matrix, refusal } = this.layersModel.summaryOf(chosen);
    this.matrix.show(
      layer,
      matrix,
      refusal === undefined
        ? trans.__('Comparing the classes…')
        : describeError(refusal, trans),
      theme
    );
    this.detector.refresh(theme);
    const isDone = progress.missing === 0;
    this.progress.hidden = isDone;
    this.progress.max = progress.layers;
    this.progress.value = progress.layers - progress.missing;
    this.export.disabled = findings.count === 0;
    setText(this.listed, this.summary(isDone));
    this.node.setAttribute('aria-busy', String(!isDone));
    this.sayRefusals();
    if (contrast !== this.spokenOf) {
      this.spokenOf = contrast;
      setText(this.said, '');
    }
  }

  /** Where there is little, the neurons come first; from then on it is the user's. */
  private makeRoom(): void {
    const { clientHeight } = this.node;
    if (!this.hasRoom && clientHeight > 0) {
      this.hasRoom = true;
      this.strip.node.open = clientHeight >= STRIP_FROM_PX;
    }
  }

  private summary(isDone: boolean): string {
    const { trans } = this.context;
    const { contrast, question } = this.model;
    const findings = this.model.findings();
    if (contrast === null && question !== 'singled') {
      return trans.__(
        'There is nothing to compare: it takes two classes or groups, or an instance.'
      );
    }
    if (findings.count > 0) {
      return listedText(findings, question, trans);
    }
    const isAnswered = isDone && this.model.refusals().size === 0;
    return isAnswered ? emptyText(question, trans) : '';
  }

  /** One line for each reason, with the layers it holds for. */
  private sayRefusals(): void {
    const { store, trans } = this.context;
    const layersOf = new Map<string, string[]>();
    for (const [error, layers] of this.model.refusals()) {
      const reason = describeError(error, trans);
      const names = layers.map(layer => store.info.layers[layer].name);
      layersOf.set(reason, [...(layersOf.get(reason) ?? []), ...names]);
    }
    const lines = [...layersOf].map(([reason, names]) => {
      const text = `${namesText(names, trans.__('and %1 more', names.length - NAMED))}: ${reason}`;
      return text;
    });
    setText(this.refused, lines.join('\n'));
  }

  /** Where there is no room for the detail, its row in the graph is what there is. */
  private goTo({ layer, neuron }: Finding, to: 'graph' | 'detail'): void {
    const { store, trans } = this.context;
    const place = placeNear(store, this.node);
    if (place === null) {
      setText(
        this.said,
        trans.__('No graph of this recording is on screen: open one first.')
      );
      return;
    }
    setText(this.said, '');
    const { name } = store.info.layers[layer];
    if (to === 'graph' || !place.open(name, neuron)) {
      place.goTo(name, neuron, reason => setText(this.said, reason));
    }
  }

  private save(): void {
    const { store, trans } = this.context;
    const { question, contrast } = this.model;
    const text = findingsTable(
      this.model.findings(),
      question,
      contrast,
      store.info,
      store.view
    );
    const name = fileName(store.info.name, 'findings', 'csv');
    download(new Blob([text], { type: 'text/csv;charset=utf-8' }), name);
    setText(this.said, trans.__('Saving %1', name));
  }

  private readonly model: FindingsModel;
  private readonly layersModel: LayersModel;
  private readonly controls: FindingsControls;
  private readonly table: FindingsTable;
  private readonly strip: LayerStrip;
  private readonly matrix: MatrixMap;
  private readonly detector: DetectorPart;
  private readonly theme = new ThemeReader(this.node);
  private readonly listed = element('span', {
    className: 'nd-Findings-listed'
  });
  private readonly progress = element('progress');
  private readonly export: HTMLButtonElement;
  private readonly said = element('p', {
    className: 'nd-Findings-note',
    attributes: { role: 'status' }
  });
  private readonly refused = element('p', {
    className: 'nd-Findings-note nd-mod-lines'
  });
  private readonly resizes: ResizeObserver;
  private watching: readonly IDisposable[] = [];
  private readonly writing = new Writing(() => this.refresh());
  private spokenOf: unknown = null;
  private hasRoom = false;
}

/** In less height the strip of layers begins closed. */
const STRIP_FROM_PX = 340;

/** Layers that are named before "and more". */
const NAMED = 3;

function namesText(names: readonly string[], more: string): string {
  const few = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${few} ${more}` : few;
}
