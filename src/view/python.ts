import type { Contrast, Item } from '../core/scores';
import { orderItems } from '../core/scores';
import type { RecordingInfo } from '../worker/protocol';
import { recordedOf } from './added';
import { groupsOf, itemName } from './groups';
import { startDetail } from './detail/state';
import { START_DETECTOR, START_FINDINGS } from './findingsState';
import type { JsonObject } from './json';
import { modelFileToJson } from './modelFile';
import { isObject, sameJson } from './json';
import type { CHOICES } from './choices';
import { withoutProbe } from './probe/shown';
import { withAddedNames } from './keptImages';
import { sampleId } from './samples';
import type { ViewState } from './state';

/** Python's names of the view's choices. */
const KEYWORDS: Readonly<Record<keyof typeof CHOICES, string>> = {
  axis: 'axis',
  extent: 'extent',
  opacity: 'opacity',
  scale: 'scale',
  membership: 'membership',
  hidden: 'hidden',
  classesAs: 'classes_as',
  zeros: 'zeros',
  rowHeight: 'row_height',
  scroll: 'scroll'
};

/**
 * The call of `Recording.show` that makes this view. Every keyword is written: what is left out would begin
 * as the recording's own view or the reader's settings say.
 */
export function pythonCall(onScreen: ViewState, known: RecordingInfo): string {
  const view = withoutProbe(onScreen);
  // Views that are not on screen have samples of their own.
  const info = withAddedNames(recordedOf(known), view);
  const choices = Object.entries(KEYWORDS).map(
    ([key, keyword]) =>
      `${keyword}=${pythonText(view[key as keyof typeof KEYWORDS])}`
  );
  const options = [
    `layers=${list(view.layers.map(pythonText))}`,
    `classes=${list(view.classes.map(c => classText(c, info)))}`,
    `instances=${list(view.instances.map(i => instanceText(i, info)))}`,
    ...samples(view, info),
    ...kept(view, info),
    ...groups(view, info),
    ...brush(view, info),
    ...detail(view, info),
    ...findings(view, info),
    ...modelFile(view, info),
    `order=${orderText(view, info)}`,
    `descending=${bool(view.descending)}`,
    `bins=${view.bins}`,
    ...choices,
    ...marks(view, info),
    `marked_only=${bool(view.markedOnly)}`
  ];
  return `recording.show(\n${options.map(o => `    ${o},\n`).join('')})`;
}

/** Empty marks are written where the recording's own view may have some. */
function marks(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view['neurons'] : undefined;
  const hasOwn = isObject(own) && Object.keys(own).length > 0;
  return (['hidden', 'marked'] as const).flatMap(kind => {
    const entries = [...view.neurons]
      .filter(([, neurons]) => neurons[kind].size > 0)
      .map(([layer, neurons]) => {
        const indices = [...neurons[kind]].sort((a, b) => a - b).map(String);
        return `${pythonText(layer)}: ${list(indices)}`;
      });
    const keyword = kind === 'hidden' ? 'hide' : 'mark';
    return hasOwn || entries.length > 0
      ? [`${keyword}={${entries.join(', ')}}`]
      : [];
  });
}

/** An empty list is written where the recording's own view may have some. */
function samples(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  const texts = view.samples.map(sample =>
    view.instances.includes(sampleId(sample))
      ? String(sample)
      : pythonValue({ sample, shown: false })
  );
  return texts.length > 0 || 'samples' in own ? [`samples=${list(texts)}`] : [];
}

/** As of samples. */
function kept(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  const texts = view.kept.map(image =>
    pythonValue(
      view.instances.includes(image.id) ? image : { ...image, shown: false }
    )
  );
  return texts.length > 0 || 'kept' in own ? [`kept=${list(texts)}`] : [];
}

/** The shown groups of the recording by name, and all that the view defines. */
function groups(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  const recorded = info.groups
    .filter(g => view.shownGroups.includes(g.id))
    .map(g => groupText(g.id, info, view));
  const defined = view.groups.map(group =>
    pythonValue(
      view.shownGroups.includes(group.id) ? group : { ...group, shown: false }
    )
  );
  const texts = [...recorded, ...defined];
  return texts.length > 0 || 'groups' in own || 'shownGroups' in own
    ? [`groups=${list(texts)}`]
    : [];
}

/** An empty one is written where the recording's own view may have one. */
function brush(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  return view.brush || 'brush' in own
    ? [`brush=${pythonValue(view.brush ?? {})}`]
    : [];
}

/** None is written where the recording's own view may have one. */
function modelFile({ model }: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  return model || 'model' in own
    ? [`model=${pythonValue(model ? modelFileToJson(model) : {})}`]
    : [];
}

/** What is as a detail begins is left out. An empty one is written where the recording's own view may have one. */
function detail(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  if (view.detail === null) {
    return 'detail' in own ? ['detail={}'] : [];
  }
  const { layer, neuron } = view.detail;
  const changed = changesOf(view.detail, startDetail(view.detail, view));
  return [`detail=${pythonValue({ layer, neuron, ...changed })}`];
}

/** As of a detail. What is compared is written as an order by it. */
function findings(view: ViewState, info: RecordingInfo): string[] {
  const own = isObject(info.view) ? info.view : {};
  if (view.findings === null) {
    return 'findings' in own ? ['findings={}'] : [];
  }
  const { question, contrast, detector, ...others } = view.findings;
  const { score } = detector ?? START_DETECTOR;
  const texts = [
    ...dict({ question }),
    ...(contrast ? [`"contrast": ${contrastText(contrast, info, view)}`] : []),
    ...dict(changesOf(others, START_FINDINGS)),
    ...(detector
      ? dict({ detector: { score, ...changesOf(detector, START_DETECTOR) } })
      : [])
  ];
  return [`findings={${texts.join(', ')}}`];
}

/** The fields that are another than at the start. */
function changesOf(state: object, start: object): Record<string, unknown> {
  const before = new Map<string, unknown>(Object.entries(start));
  return Object.fromEntries(
    Object.entries(state).filter(
      ([key, value]) => !sameJson(value, before.get(key))
    )
  );
}

function orderText(view: ViewState, info: RecordingInfo): string {
  const { order } = view;
  const texts = orderItems(order).map(item => itemText(item, info, view));
  switch (order.by) {
    case 'index':
      return 'nd.by.index()';
    case 'median':
      return 'class' in order
        ? `nd.by.median(${classText(order.class, info)})`
        : `nd.by.median(${texts.join()})`;
    case 'value':
      return `nd.by.value(${instanceText(order.instance, info)})`;
    case 'difference': {
      const absolute = order.absolute ? ', absolute=True' : '';
      return `nd.by.difference(${texts.join(', ')}${absolute})`;
    }
    case 'divergence':
      return contrastText(order, info, view, order.absolute);
  }
}

function contrastText(
  { divergence, a, b }: Contrast,
  info: RecordingInfo,
  view: ViewState,
  absolute = true
): string {
  const other = 'rest' in b ? [] : [`b=${itemText(b, info, view)}`];
  const parts = [
    pythonText(divergence),
    `a=${itemText(a, info, view)}`,
    ...other,
    ...(absolute ? [] : ['absolute=False'])
  ];
  return `nd.by.divergence(${parts.join(', ')})`;
}

function itemText(item: Item, info: RecordingInfo, view: ViewState): string {
  if ('class' in item) {
    return `nd.by.cls(${classText(item.class, info)})`;
  }
  if ('brush' in item) {
    return `nd.by.${item.brush}`;
  }
  return 'group' in item
    ? `nd.by.group(${groupText(item.group, info, view)})`
    : `nd.by.instance(${instanceText(item.instance, info)})`;
}

/** A group by its name where that says which, else by its id. */
function groupText(id: string, info: RecordingInfo, view: ViewState): string {
  const name = itemName({ group: id }, info, view);
  const alike = groupsOf(info, view).filter(
    g => g.name === name || g.id === name
  );
  return pythonText(alike.length === 1 ? name : id);
}

/** JSON as a Python literal. */
function pythonValue(json: unknown): string {
  if (Array.isArray(json)) {
    return list(json.map(pythonValue));
  }
  if (isObject(json)) {
    return `{${dict(json).join(', ')}}`;
  }
  if (typeof json === 'boolean') {
    return bool(json);
  }
  if (typeof json === 'string') {
    return pythonText(json);
  }
  return typeof json === 'number' ? String(json) : 'None';
}

function dict(json: JsonObject): string[] {
  return Object.entries(json).map(
    ([key, value]) => `${pythonText(key)}: ${pythonValue(value)}`
  );
}

/** A class by its name where that says which, else by its label. */
function classText(index: number, info: RecordingInfo): string {
  const name = info.classes[index]?.name ?? '';
  const isUnique = info.classes.filter(c => c.name === name).length === 1;
  return isUnique ? pythonText(name) : String(index);
}

/** An instance by its name where that says which, else by its id. */
function instanceText(id: string, info: RecordingInfo): string {
  const name = info.instances.find(i => i.id === id)?.name;
  const isUnique = info.instances.filter(i => i.name === name).length === 1;
  return pythonText(name !== undefined && isUnique ? name : id);
}

/** A Python string literal; everything outside printable ASCII is escaped where Python could not read it. */
export function pythonText(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isPlain =
      code >= 0x20 &&
      code !== 0x7f &&
      !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character);
    if (character === '"' || character === '\\') {
      escaped += `\\${character}`;
    } else if (isPlain) {
      escaped += character;
    } else {
      escaped +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`;
    }
  }
  return `"${escaped}"`;
}

function list(texts: readonly string[]): string {
  return `[${texts.join(', ')}]`;
}

function bool(value: boolean): string {
  return value ? 'True' : 'False';
}
