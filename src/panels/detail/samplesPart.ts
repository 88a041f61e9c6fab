import type { TranslationBundle } from '@jupyterlab/translation';
import { pickSamples } from '../../core/neuron/extremes';
import { formatExact, formatStatistic, formatValue } from '../../view/format';
import { sampleId, SAMPLES_AT_MOST } from '../../view/samples';
import type { ViewState } from '../../view/state';
import { addSample, removeSample } from '../../view/update';
import { offerActions } from '../actions';
import { toggleButton } from '../controls';
import { button, element, setText } from '../dom';
import { describeError } from '../errorCard';
import { hasModel } from '../modelSource';
import type { DetailModel, DetailPart, ShownGroup } from './model';
import { appearance } from './model';
import type { PictureShelf } from './pictureShelf';
import { readingNote } from './readingNote';

/** A tile and the gap beside it. */
const TILE_PX = 60;
const TILES = { least: 3, most: 24 } as const;

/** The samples of each group that activate the neuron most, least, or around a value. */
export class SamplesPart implements DetailPart {
  constructor(
    private readonly trans: TranslationBundle,
    private readonly shelf: PictureShelf
  ) {
    this.picks = {
      most: toggleButton(
        trans.__('most'),
        trans.__('Samples that activate the neuron most')
      ),
      least: toggleButton(
        trans.__('least'),
        trans.__('Samples that activate the neuron least')
      ),
      near: toggleButton(
        trans.__('around a value'),
        trans.__('Samples that activate the neuron around the chosen value')
      )
    };
    for (const [pick, toggle] of Object.entries(this.picks)) {
      toggle.addEventListener('click', () => this.choose(pick as Pick));
    }
    this.node = element(
      'section',
      { className: 'nd-Detail-samples' },
      element(
        'div',
        { className: 'nd-Detail-tools' },
        element('h4', {
          className: 'nd-Section-title',
          text: trans.__('Samples')
        }),
        ...Object.values(this.picks)
      ),
      this.note,
      this.rows
    );
  }

  readonly node: HTMLElement;

  refresh(model: DetailModel): void {
    this.model = model;
    const { state, data } = model;
    for (const [pick, toggle] of Object.entries(this.picks)) {
      toggle.setAttribute('aria-pressed', String(pick === state.pick));
      toggle.hidden = data.values === null;
    }
    setText(
      this.picks.near,
      state.near === null
        ? this.trans.__('around a value')
        : this.trans.__('around %1', formatStatistic(state.near))
    );
    const count = this.tiles();
    const picked =
      data.values === null
        ? []
        : model.groups.map(group => ({
            group,
            samples: this.pick(group, count, model)
          }));
    this.shelf.follow(data.info);
    this.shelf.want(picked.flatMap(({ samples }) => [...samples]));
    const focused = this.focusedTile();
    this.rows.replaceChildren(
      ...picked.map(({ group, samples }) => this.row(group, samples, model))
    );
    this.focusTile(focused);
    setText(this.note, this.noteOf(model));
    this.note.hidden = this.note.textContent === '';
  }

  /** Another number of tiles may have room. */
  resize(): void {
    if (this.model && this.tiles() !== this.shownTiles) {
      this.refresh(this.model);
    }
  }

  private choose(pick: Pick): void {
    const { model } = this;
    if (model) {
      const { near } = model.state;
      model.change({
        pick,
        near: pick === 'near' ? (near ?? middleOf(model)) : near
      });
    }
  }

  private tiles(): number {
    const count = Math.floor(this.node.clientWidth / TILE_PX);
    this.shownTiles = Math.min(Math.max(count, TILES.least), TILES.most);
    return this.shownTiles;
  }

  private pick(
    { subset }: ShownGroup,
    count: number,
    { data, state }: DetailModel
  ): Uint32Array {
    const { values } = data;
    const rows = data.rows(subset);
    return values === null || rows === null
      ? new Uint32Array(0)
      : pickSamples(
          values,
          rows,
          state.pick === 'near' ? { near: state.near ?? 0 } : state.pick,
          count
        );
  }

  private row(
    { name, color }: ShownGroup,
    samples: Uint32Array,
    model: DetailModel
  ): HTMLElement {
    const head = element('div', {
      className: 'nd-Hover-name nd-Samples-head',
      text: name
    });
    head.style.setProperty('--nd-color', color);
    return element(
      'div',
      {
        className: 'nd-Samples-group',
        attributes: { role: 'group', 'aria-label': name }
      },
      head,
      element(
        'div',
        { className: 'nd-Samples-row' },
        ...Array.from(samples, sample => this.tile(sample, model))
      )
    );
  }

  private tile(sample: number, model: DetailModel): HTMLElement {
    const { data, context, theme } = model;
    const { trans } = this;
    const { store } = context;
    const value = data.values?.[sample] ?? NaN;
    const nameOf = (classes: Int32Array | null | undefined) => {
      const index = classes?.[sample] ?? -1;
      return store.info.classes.at(index < 0 ? Infinity : index)?.name;
    };
    const label = nameOf(data.samples?.labels);
    const prediction = nameOf(data.samples?.predictions);
    const isWrong = prediction !== undefined && prediction !== label;
    const classes = [label ?? '', isWrong ? `→ ${prediction}` : '']
      .filter(text => text !== '')
      .join(' ');
    const text = trans.__(
      'sample %1 · %2 · %3',
      sample,
      classes,
      formatExact(value)
    );
    const picture = this.shelf.picture(sample);
    const isShown = store.view.instances.includes(sampleId(sample));
    const isFull = !isShown && !hasRoom(store.view, sample);
    const node = button(
      {
        className: 'nd-Tile',
        title: this.deedOf(text, isShown, isFull),
        attributes: {
          'aria-pressed': String(isShown),
          'aria-label': text,
          'aria-disabled': String(isFull)
        }
      },
      () =>
        store.update(v =>
          isShown ? removeSample(v, sample) : addSample(v, sample)
        ),
      picture
        ? element('span', { className: 'nd-Tile-picture' }, picture)
        : element('span', {
            className: 'nd-Tile-number',
            text: String(sample)
          }),
      element('span', { className: 'nd-Tile-value', text: formatValue(value) }),
      element('span', {
        className: isWrong ? 'nd-Tile-class nd-mod-wrong' : 'nd-Tile-class',
        text: isWrong ? `→ ${prediction}` : (label ?? '')
      })
    );
    const { probe } = context;
    if (probe && hasModel(context) && !isFull) {
      offerActions(node, {
        'toggle-probe': () => {
          store.update(v => addSample(v, sample));
          probe(sampleId(sample));
        }
      });
    }
    const item = { instance: sampleId(sample) };
    node.style.setProperty(
      '--nd-color',
      appearance(item, context, theme).color
    );
    return node;
  }

  /** What a click on a tile does. */
  private deedOf(text: string, isShown: boolean, isFull: boolean): string {
    const { trans } = this;
    if (isFull) {
      return trans.__(
        '%1. The view has %2 samples already: remove one first',
        text,
        SAMPLES_AT_MOST
      );
    }
    return isShown
      ? trans.__('%1: remove it from the instances of the view', text)
      : trans.__('%1: add it to the instances of the view', text);
  }

  /** Group and tile that have the focus, by their places. */
  private focusedTile(): readonly [group: number, tile: number] | null {
    const groups = [...this.rows.children].map(tilesIn);
    const group = groups.findIndex(g => g.some(isFocused));
    return group < 0 ? null : [group, groups[group].findIndex(isFocused)];
  }

  /** Tiles are made anew: the focus stays where it was. */
  private focusTile(place: readonly [number, number] | null): void {
    if (place !== null) {
      const [group, tile] = place;
      const row = this.rows.children.item(group);
      const tiles = row ? tilesIn(row) : [];
      tiles
        .at(Math.min(tile, tiles.length - 1))
        ?.focus({ preventScroll: true });
    }
  }

  private noteOf({ data, groups }: DetailModel): string {
    const { trans, shelf } = this;
    if (data.state !== 'here') {
      return readingNote(
        data,
        trans.__(
          'Only a summary is here, which does not tell which sample has which activation: samples and their images need the values.'
        ),
        trans
      );
    }
    if (groups.length === 0) {
      return trans.__('Show a class to see its samples.');
    }
    if (shelf.error !== null) {
      return trans.__(
        'The images could not be read: %1',
        describeError(shelf.error, trans)
      );
    }
    return shelf.isEmpty
      ? trans.__(
          'No images of samples are here. Record with images=; an output that has no room for them needs show(source="file").'
        )
      : '';
  }

  private readonly picks: Readonly<Record<Pick, HTMLButtonElement>>;
  private readonly note = element('p', { className: 'nd-Detail-note' });
  private readonly rows = element('div', { className: 'nd-Samples' });
  private model: DetailModel | null = null;
  private shownTiles = 0;
}

type Pick = DetailModel['state']['pick'];

function tilesIn(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>('.nd-Tile')];
}

function isFocused(node: Element): boolean {
  return node === document.activeElement;
}

function hasRoom({ samples }: ViewState, sample: number): boolean {
  return samples.includes(sample) || samples.length < SAMPLES_AT_MOST;
}

/** Where to begin: the median of the first group. */
function middleOf({ groups }: DetailModel): number {
  const median = groups.at(0)?.statistics.median.value ?? 0;
  return Number.isNaN(median) ? 0 : median;
}
