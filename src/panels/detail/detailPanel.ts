import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { recordedOf } from '../../view/added';
import { NeuronData } from '../../view/detail/neuronData';
import type { DetailState, NeuronPlace } from '../../view/detail/state';
import { atNeuron, neighbour } from '../../view/detail/state';
import { changeDetail, closeDetail, openDetail } from '../../view/detail/steps';
import { offerActions } from '../actions';
import type { IDetail, PanelContext } from '../context';
import { toggleMarked } from '../../view/update';
import { element } from '../dom';
import { Writing } from '../drawing';
import { Room } from '../room';
import { ThemeReader } from '../themeReader';
import { ChartPart } from './chart';
import { DetailHeader } from './detailHeader';
import { DivergenceTable } from './divergenceTable';
import type { DetailPart } from './model';
import { detailModel, neuronTitle } from './model';
import { PictureShelf } from './pictureShelf';
import { SamplesPart } from './samplesPart';
import { ScatterPart } from './scatterPart';
import { singledOutPart } from './singledOut';
import { statisticsTable } from './statisticsTable';

/** What lies below the detail. */
export type Beneath = {
  readonly node: HTMLElement;
  cover(isCovered: boolean): void;
  /** The focus goes to the row of a neuron; false where it is not shown. */
  focusNeuron(layer: string, neuron: number): boolean;
};

/** The neuron that the view has open, over the graphs. */
export class DetailPanel extends Widget implements IDetail {
  constructor(
    private readonly context: PanelContext,
    private readonly beneath: Beneath
  ) {
    super();
    const { store, trans } = context;
    this.addClass('nd-Detail');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.hide();
    this.header = new DetailHeader(trans, {
      go: step => this.go(step),
      close: () => this.closeDetail(),
      pin: against => this.change({ against })
    });
    this.shelf = new PictureShelf(store, () => this.refreshSoon());
    this.chart = new ChartPart(trans);
    this.samples = new SamplesPart(trans, this.shelf);
    this.scatter = new ScatterPart(trans);
    const { header, chart, scatter, samples } = this;
    const numbers = [
      statisticsTable(trans),
      new DivergenceTable(trans),
      singledOutPart(trans)
    ];
    this.parts = [header, chart, scatter, samples, ...numbers];
    this.node.append(
      header.node,
      element(
        'div',
        { className: 'nd-Detail-scroll' },
        element(
          'div',
          { className: 'nd-Detail-body' },
          element(
            'div',
            { className: 'nd-Detail-column' },
            chart.node,
            scatter.node,
            samples.node
          ),
          element(
            'div',
            { className: 'nd-Detail-column' },
            ...numbers.map(part => part.node)
          )
        )
      )
    );
    offerActions(this.node, { 'toggle-marked': () => this.mark() });
    this.node.addEventListener('keydown', event => this.onKey(event));
    store.changed.connect(this.look, this);
    this.resizes = new ResizeObserver(() => this.fitRoom());
    this.resizes.observe(this.node);
    this.look();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.writing.cancel();
      this.fitting.cancel();
      this.resizes.disconnect();
      this.shelf.dispose();
      this.data?.dispose();
      this.againstData?.dispose();
      super.dispose();
    }
  }

  open(layer: string, neuron: number): void {
    const { store } = this.context;
    const { neurons = 0 } = store.info.layers.find(l => l.name === layer) ?? {};
    if (neuron >= 0 && neuron < neurons) {
      this.opener = this.isHidden ? document.activeElement : this.opener;
      store.update(v =>
        openDetail(v, { layer, neuron }, this.last, store.info)
      );
      this.node.focus({ preventScroll: true });
    }
  }

  private closeDetail(): void {
    this.context.store.update(closeDetail);
  }

  /** Opens and closes as the view has it. The focus stays, unless it is on what is not in reach any more. */
  private look(): void {
    const { state, last, shown } = this;
    this.shown = state;
    if (state && this.isHidden) {
      const hadFocus = this.beneath.node.contains(document.activeElement);
      this.beneath.cover(true);
      this.show();
      if (hadFocus) {
        this.node.focus({ preventScroll: true });
      }
    } else if (!state && !this.isHidden) {
      const hadFocus = this.node.contains(document.activeElement);
      this.drop();
      this.hide();
      this.beneath.cover(false);
      if (hadFocus && last) {
        this.giveFocusBack(last);
      }
      this.opener = null;
    }
    if (state !== shown) {
      this.refresh();
    } else {
      this.refreshSoon();
    }
  }

  /** To where the detail was opened from; in the graphs to the row of its neuron, which may be another by now. */
  private giveFocusBack({ layer, neuron }: NeuronPlace): void {
    const { opener } = this;
    if (opener instanceof HTMLElement && opener.closest('.nd-Findings')) {
      opener.focus();
    } else {
      this.beneath.focusNeuron(layer, neuron);
    }
  }

  protected override onAfterAttach(_: Message): void {
    this.update();
  }

  protected override onUpdateRequest(_: Message): void {
    this.theme.forget();
    this.refresh();
  }

  private onKey(event: KeyboardEvent): void {
    const steps = new Map([
      ['ArrowDown', 1],
      ['ArrowUp', -1]
    ]);
    const step = steps.get(event.key);
    const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (!isPlain || event.defaultPrevented) {
      return;
    }
    if (event.key === 'Escape') {
      this.closeDetail();
    } else if (step !== undefined && !ownsArrows(event.target)) {
      this.go(step);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** To the next neuron of the order, or the one before. */
  private go(step: number): void {
    const { state } = this;
    if (state) {
      const neuron = neighbour(this.order(state), state.neuron, step);
      this.change(atNeuron(state, { ...state, neuron }));
    }
  }

  /** Neurons as the view has them; in the order of the data where their layer is not shown. */
  private order({ layer }: NeuronPlace): ArrayLike<number> {
    const { store } = this.context;
    const figure = store.figures().find(f => f.layer.name === layer);
    const { neurons = 0 } = store.info.layers.find(l => l.name === layer) ?? {};
    return figure?.rows ?? Uint32Array.from({ length: neurons }, (_, i) => i);
  }

  private mark(): void {
    const { state, context } = this;
    if (state) {
      context.store.update(v => toggleMarked(v, state.layer, state.neuron));
    }
  }

  private change(change: Partial<DetailState>): void {
    changeDetail(this.context.store, change);
  }

  private refreshSoon(): void {
    if (this.state) {
      this.writing.soon();
    }
  }

  private refresh(): void {
    const { state, context } = this;
    if (!state || !this.isAttached) {
      return;
    }
    this.last = state;
    this.data = this.dataOf(state, this.data);
    this.againstData =
      state.against && this.dataOf(state.against, this.againstData);
    const model = detailModel({
      context,
      state,
      data: this.data,
      against: this.againstData,
      theme: this.theme.read(),
      order: this.order(state),
      change: change => this.change(change)
    });
    this.node.setAttribute(
      'aria-label',
      context.trans.__('Neuron %1', neuronTitle(context.store, state))
    );
    this.node.setAttribute('aria-busy', String(model.isPending));
    this.parts.forEach(part => part.refresh(model));
    this.lookAgain();
  }

  /** What is known of a neuron; afresh where it is another, or more is known of the recording. */
  private dataOf(
    { layer, neuron }: NeuronPlace,
    before: NeuronData | null
  ): NeuronData {
    const { store } = this.context;
    const info = recordedOf(store.info);
    const layerIndex = info.layers.findIndex(({ name }) => name === layer);
    if (
      before?.info === info &&
      before.layerIndex === layerIndex &&
      before.neuron === neuron
    ) {
      return before;
    }
    before?.dispose();
    const data = new NeuronData(store, info, layerIndex, neuron, subset =>
      store.answers.distributionOf(layerIndex, subset)
    );
    data.changed.connect(this.refreshSoon, this);
    return data;
  }

  private get state(): DetailState | null {
    return this.context.store.view.detail;
  }

  private drop(): void {
    this.data?.dispose();
    this.againstData?.dispose();
    this.data = this.againstData = null;
  }

  private fitRoom(): void {
    this.chart.draw();
    this.scatter.draw();
    this.samples.resize();
    this.lookAgain();
  }

  private lookAgain(): void {
    const { clientWidth, clientHeight } = this.node;
    if (this.state && this.room.shouldLookAgain(clientWidth, clientHeight)) {
      this.fitting.soon();
    }
  }

  private readonly theme = new ThemeReader(this.node);
  private readonly header: DetailHeader;
  private readonly chart: ChartPart;
  private readonly samples: SamplesPart;
  private readonly scatter: ScatterPart;
  private readonly shelf: PictureShelf;
  private readonly parts: readonly DetailPart[];
  private readonly resizes: ResizeObserver;
  /** What was last shown: how it was looked at stays when another neuron is opened. */
  private last: DetailState | null = null;
  private shown: DetailState | null = null;
  private opener: Element | null = null;
  private data: NeuronData | null = null;
  private againstData: NeuronData | null = null;
  private readonly writing = new Writing(() => this.refresh());
  private readonly fitting = new Writing(() => this.fitRoom());
  private readonly room = new Room();
}

/** Where arrows choose an entry. */
function ownsArrows(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLSelectElement || target instanceof HTMLInputElement
  );
}
