import type { TranslationBundle } from '@jupyterlab/translation';
import { pickSamples } from '../../core/neuron/extremes';
import { formatExact, formatStatistic, formatValue } from '../../view/format';
import { toggleSample } from '../../view/detail/state';
import { toggleButton } from '../controls';
import { button, element, setText } from '../dom';
import { describeError } from '../errorCard';
import type { DetailModel, DetailPart, ShownGroup } from './model';
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
    this.rows.replaceChildren(
      ...picked.map(({ group, samples }) => this.row(group, samples, model))
    );
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
    const { data, state, context } = model;
    const { trans } = this;
    const value = data.values?.[sample] ?? NaN;
    const nameOf = (classes: Int32Array | null | undefined) => {
      const index = classes?.[sample] ?? -1;
      return context.store.info.classes.at(index < 0 ? Infinity : index)?.name;
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
    const isPicked = state.samples.includes(sample);
    const node = button(
      {
        className: 'nd-Tile',
        title: isPicked
          ? trans.__('%1: let it go', text)
          : trans.__('%1: mark it in the chart', text),
        attributes: { 'aria-pressed': String(isPicked), 'aria-label': text }
      },
      () =>
        model.change({ samples: toggleSample(model.state, sample).samples }),
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
    return node;
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
          'No images of samples are here: an output holds only those of instances. Record with images=, and show with source="file".'
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

/** Where to begin: the median of the first group. */
function middleOf({ groups }: DetailModel): number {
  const median = groups.at(0)?.statistics.median.value ?? 0;
  return Number.isNaN(median) ? 0 : median;
}
