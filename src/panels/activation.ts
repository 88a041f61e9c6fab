import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import { ReadError } from '../core/errors';
import { closeDetail } from '../view/detail/steps';
import type { LayerFigure } from '../view/figure';
import { setShown } from '../view/update';
import type { PanelContext } from './context';
import { failureAdvice, failureText } from './attachment';
import { element } from './dom';
import { errorCard, messageCard } from './errorCard';
import { Graph } from './graph';
import { HoverCard } from './hoverCard';
import type { INeuronPlace } from './neuronPlaces';
import { offerPlace } from './neuronPlaces';
import type { GraphWindow } from './picture';

/** The graphs of the shown layers, side by side. */
export class ActivationPanel extends Panel implements INeuronPlace {
  constructor(private readonly context: PanelContext) {
    super();
    this.addClass('nd-Activation');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Activation'));
    this.hoverCard = new HoverCard(context);
    this.message = new Widget({
      node: element('div', { className: 'nd-Message' })
    });
    this.addWidget(this.message);
    context.store.changed.connect(this.refresh, this);
    this.withdraw = offerPlace(context.store, this);
    this.refresh();
  }

  override dispose(): void {
    this.withdraw();
    this.hoverCard.dispose();
    super.dispose();
  }

  /** What of each layer is on screen; nothing of graphs that have no room. */
  windows(): readonly GraphWindow[] {
    return this.graphs
      .map(g => g.window)
      .filter(w => w.widthPx > 0 && w.heightPx > 0);
  }

  goTo(layer: string, neuron: number, failed: (reason: string) => void): void {
    const { store } = this.context;
    store.update(view => {
      const layers = store.info.layers
        .map(({ name }) => name)
        .filter(name => name === layer || view.layers.includes(name));
      const next = closeDetail(view);
      return next.layers.includes(layer) ? next : setShown(next, { layers });
    });
    // When nothing lies over the graphs any more.
    this.wanted = { layer, neuron, failed };
    this.seek();
  }

  open(layer: string, neuron: number): boolean {
    const { detail } = this.context;
    detail?.open(layer, neuron);
    return detail !== undefined;
  }

  /** Something lies over the graphs: nothing of them can be reached. */
  cover(isCovered: boolean): void {
    this.node.inert = isCovered;
    this.hoverCard.dispose();
  }

  /** The focus goes to the row of a neuron; false where it is not shown. */
  focusNeuron(layer: string, neuron: number): boolean {
    const graph = this.graphs.find(g => g.layerName === layer);
    return graph?.focusNeuron(neuron) ?? false;
  }

  protected override onUpdateRequest(_: Message): void {
    this.refresh();
    this.graphs.forEach(g => g.update());
  }

  private refresh(): void {
    const { store } = this.context;
    const figures = store.figures();
    const kept = new Map(this.graphs.map(g => [g.layerName, g]));
    this.graphs = figures.map(f => kept.get(f.layer.name) ?? this.graph(f));
    for (const old of kept.values()) {
      if (!this.graphs.includes(old)) {
        old.dispose();
      }
    }
    this.graphs.forEach((graph, k) => {
      const figure = figures[k];
      if (this.widgets[k + 1] !== graph) {
        this.insertWidget(k + 1, graph);
      }
      if (figure) {
        graph.showFigure(figure);
      }
    });
    this.say(figures);
    this.seek();
  }

  /** A graph that has just come has its rows, and their order, when its numbers are there. */
  private seek(): void {
    const { wanted } = this;
    const at = this.graphs.findIndex(g => g.layerName === wanted?.layer);
    if (wanted && this.context.store.figures()[at]?.pending === false) {
      this.wanted = null;
      const reason = this.graphs[at].goTo(wanted.neuron);
      this.graphs[at].node.scrollIntoView({
        block: 'nearest',
        inline: 'nearest'
      });
      if (reason !== null) {
        wanted.failed(reason);
      }
    }
  }

  private graph(figure: LayerFigure): Graph {
    const graph = new Graph(this.context, this.hoverCard, figure, scrollPx => {
      if (this.context.store.view.scroll === 'together') {
        this.graphs
          .filter(other => other !== graph)
          .forEach(other => other.scrollTo(scrollPx));
      }
    });
    return graph;
  }

  /** In place of graphs: what is wrong, or what to do. */
  private say(figures: readonly LayerFigure[]): void {
    const { store } = this.context;
    const { node } = this.message;
    if (store.error === null) {
      node.textContent = this.advice(figures);
    } else {
      const card = this.card(store.error);
      // A new card is read aloud, even if it says the same.
      if (card.textContent !== node.textContent) {
        node.replaceChildren(card);
      }
    }
    this.message.setHidden(node.childNodes.length === 0);
  }

  private card(error: unknown): HTMLElement {
    const { trans, host } = this.context;
    const { elsewhere } = host.attachment ?? {};
    return elsewhere && error instanceof ReadError
      ? messageCard(
          failureText(error, elsewhere, trans),
          failureAdvice(error, elsewhere, trans),
          trans
        )
      : errorCard(error, trans);
  }

  private advice(figures: readonly LayerFigure[]): string {
    const { store, trans } = this.context;
    if (figures.length === 0) {
      return trans.__('Choose a layer to see its neurons.');
    }
    if (figures.every(f => f.rows.length === 0)) {
      return store.view.markedOnly
        ? trans.__(
            'No marked neurons in these layers. Click a neuron’s name to mark it.'
          )
        : trans.__(
            'All neurons of these layers are hidden. “Show all” brings them back.'
          );
    }
    const { classes, shownGroups, instances } = store.view;
    return classes.length + shownGroups.length + instances.length === 0
      ? trans.__('Choose a class or an instance to see activations.')
      : '';
  }

  private readonly hoverCard: HoverCard;
  private readonly message: Widget;
  private graphs: readonly Graph[] = [];
  private readonly withdraw: () => void;
  private wanted: {
    readonly layer: string;
    readonly neuron: number;
    readonly failed: (reason: string) => void;
  } | null = null;
}
