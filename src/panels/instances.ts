import type { TranslationBundle } from '@jupyterlab/translation';
import type { Images, Instance } from '../core/recording';
import { toCss } from '../draw/palette';
import { instanceColor } from '../draw/theme';
import { formatShare } from '../view/format';
import { isValueless } from '../view/added';
import { inPairs, twinOf } from '../view/items';
import { listedOf } from '../view/probe/shown';
import { setShown, toggleInstance } from '../view/update';
import type { RecordingInfo } from '../worker/protocol';
import { offerActions } from './actions';
import type { PanelContext } from './context';
import { canProbe, hasModel } from './modelSource';
import { button, element, setText } from './dom';
import { removeButton } from './sampleButtons';
import { changedPixels, thumbnail } from './thumbnail';
import type { Section } from './toggleRow';
import { section } from './toggleRow';

/** Single images, of the recording and of the view: a card each, pairs together. */
export function instanceCards(context: PanelContext): Section {
  const { store, trans } = context;
  const list = element('div', { className: 'nd-Cards' });
  const ids = () => listedOf(store.info).map(i => i.id);
  const show = (instances: string[]) =>
    store.update(v => setShown(v, { instances }));
  const node = section(
    {
      title: trans.__('Instances'),
      trans,
      all: () => show(ids()),
      none: () => show([])
    },
    list
  );
  let known: unknown = null;
  let cards = new Map<string, Section>();

  /** Cards stay as long as nothing else is known of their instances. */
  function build(): void {
    const { info } = store;
    cards = new Map(
      inPairs(listedOf(info)).map(instance => {
        const key = JSON.stringify([instance, info.images !== null]);
        return [key, cards.get(key) ?? card(instance, context, leave)];
      })
    );
    const nodes = [...cards.values()].map(c => c.node);
    const isBuilt = list.children.length > 0;
    const added = nodes.filter(n => n.parentElement !== list).at(-1);
    // What stays is not moved: it would lose the focus.
    [...list.children]
      .filter(old => !nodes.some(n => n === old))
      .forEach(old => old.remove());
    nodes.forEach((n, k) => {
      const there = list.children.item(k);
      if (n !== there) {
        list.insertBefore(n, there);
      }
    });
    node.hidden = nodes.length === 0;
    if (isBuilt && added) {
      const below = bottomOf(added) - bottomOf(list);
      list.scrollTop += Math.max(below, 0);
    }
  }

  /** A card was taken away: the focus goes to the last one. */
  function leave(): void {
    build();
    list.lastElementChild?.querySelector('input')?.focus();
  }

  return {
    node,
    refresh(view, theme) {
      if (store.info !== known) {
        known = store.info;
        build();
      }
      cards.forEach(c => c.refresh(view, theme));
    }
  };
}

function bottomOf(node: HTMLElement): number {
  return node.getBoundingClientRect().bottom;
}

function card(
  instance: Instance,
  context: PanelContext,
  onRemoved: () => void
): Section {
  const { store, trans } = context;
  const { info } = store;
  const check = element('input', {
    className: 'nd-Check nd-mod-dot',
    attributes: { type: 'checkbox', 'aria-label': instance.name }
  });
  check.addEventListener('change', () =>
    store.update(v => {
      const ids = listedOf(store.info).map(i => i.id);
      return toggleInstance(v, instance.id, ids);
    })
  );
  const change = probeButton(instance, context);
  const text = element(
    'span',
    { className: 'nd-Card-text' },
    element(
      'span',
      { className: 'nd-Card-title' },
      check,
      element('span', { className: 'nd-Item-name', text: instance.name })
    ),
    element(
      'span',
      { className: 'nd-Card-foot' },
      element('span', {
        className: 'nd-Card-line',
        text: labels(instance, info, trans)
      }),
      ...(change ? [change] : [])
    )
  );
  const { images } = info;
  const picture =
    images && instance.image !== null
      ? [pictureOf(images, instance, instance.image, info, text, trans)]
      : [];
  const label = element(
    'label',
    { className: 'nd-Card', title: instance.name },
    ...picture,
    text
  );
  const remove = removeButton(instance.id, context, onRemoved);
  const node = remove
    ? element('div', { className: 'nd-CardRoom' }, label, remove)
    : label;
  const lack = element('span', {
    className: 'nd-Card-line',
    title: trans.__(
      'Its activations are not kept with it; the model computes them.'
    )
  });
  text.append(lack);
  const { probe } = context;
  if (probe && change) {
    offerActions(node, { 'toggle-probe': () => probe(instance.id) });
  }
  return {
    node,
    refresh: (view, theme) => {
      const shown = view.instances.includes(instance.id);
      check.checked = shown;
      lack.hidden = !isValueless(store.info, instance.id);
      setText(lack, lackText(context));
      if (change) {
        change.hidden = !canProbe(context);
      }
      label.classList.toggle('nd-mod-shown', shown);
      label.style.setProperty(
        '--nd-color',
        toCss(instanceColor(instance, theme))
      );
    }
  };
}

/** That there is no dot, and what to do. */
function lackText(context: PanelContext): string {
  const { probe, trans } = context;
  return probe && hasModel(context)
    ? trans.__('no dots until a probe is opened')
    : trans.__('without its activations');
}

/** Opens the picture of an instance to be changed; null where there is none, or nothing that could run it. */
function probeButton(
  { id, name, image }: Instance,
  { probe, trans }: PanelContext
): HTMLElement | null {
  if (!probe || image === null) {
    return null;
  }
  const title = trans.__('Change pixels of %1 and see the neurons move', name);
  return button(
    {
      className: 'nd-Link nd-Card-probe',
      text: trans.__('probe'),
      title,
      attributes: { 'aria-label': title }
    },
    () => probe(id)
  );
}

/** "cat → dog 70 %": true and predicted label. */
function labels(
  { label, prediction, confidence }: Instance,
  info: RecordingInfo,
  trans: TranslationBundle
): string {
  const name = (index: number | null) =>
    index === null ? null : (info.classes[index]?.name ?? null);
  const predicted = name(prediction);
  const share = confidence === null ? '' : ` · ${formatShare(confidence)}`;
  if (predicted === null) {
    return name(label) ?? '';
  }
  return trans.__('%1 → %2', name(label) ?? '?', predicted) + share;
}

/** Few enough changed pixels to ring each of them. */
const RINGS_AT_MOST = 16;

function pictureOf(
  images: Images,
  instance: Instance,
  image: number,
  info: RecordingInfo,
  text: HTMLElement,
  trans: TranslationBundle
): HTMLElement {
  const frame = element(
    'span',
    { className: 'nd-Picture', attributes: { 'aria-hidden': 'true' } },
    thumbnail(images, image)
  );
  const twin = twinOf(instance, info);
  if (instance.role !== 'attacked' || !twin || twin.image === null) {
    return frame;
  }
  const changed = changedPixels(images, image, twin.image);
  text.append(
    element('span', {
      className: 'nd-Card-line',
      text: trans._n('%1 pixel changed', '%1 pixels changed', changed.length)
    })
  );
  if (changed.length <= RINGS_AT_MOST) {
    changed.forEach(([x, y]) => {
      const ring = element('span', { className: 'nd-Ring' });
      ring.style.left = `${((x + 0.5) / images.width) * 100}%`;
      ring.style.top = `${((y + 0.5) / images.height) * 100}%`;
      frame.append(ring);
    });
  }
  return frame;
}
