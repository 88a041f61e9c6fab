import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { defaultActionOf } from '../panels/actions';
import type { IHost } from '../panels/context';
import { element } from '../panels/dom';
import { errorCard } from '../panels/errorCard';
import { shortName } from '../panels/names';
import { View } from '../panels/view';
import { sourceOf } from '../sources/elsewhere';
import type { Store } from '../view/store';
import { Colors } from './colors';
import type { PageContent } from './content';
import { readContent } from './content';
import { pageHeader } from './header';
import { forwardKeys } from './keys';
import { openProbe } from './probe';
import { openStore } from './session';
import { hasProbe } from './spawnProbe';
import { plainTexts as trans } from './translation';

const host: IHost = {
  openPanels: null,
  exportPage: null,
  actionOf: defaultActionOf,
  hint: null,
  attachment: null,
  openProbe: hasProbe() ? openProbe : null,
  modelFiles: null,
  savedUntil: trans.__('Saved here until this page is closed.')
};

/** A page reads nothing: what it was exported without stays where it is. */
function summaryHint({ descriptor }: PageContent): string | null {
  const source = readable(() => sourceOf(descriptor));
  if (source === null) {
    return null;
  }
  return source.kind === 'file'
    ? trans.__(
        'This page holds the summary. All values are in %1, beside the notebook that the page came from.',
        shortName(source.path)
      )
    : trans.__(
        'This page holds the summary. All values were in the kernel of the notebook that the page came from.'
      );
}

const advice = trans.__(
  'This file is damaged or was made by another version. Export it again from the notebook that it came from.'
);

void start();

/** Everything goes into the place that the template has; what a browser saved of an earlier visit is replaced. */
async function start(): Promise<void> {
  const place = document.querySelector('.nd-Page') ?? document.body;
  const main = element('main', { className: 'nd-Page-main' });
  const colors = new Colors();
  const header = pageHeader(colors, trans);
  place.replaceChildren(header.node, main);
  main.append(
    element('div', {
      className: 'nd-Waiting',
      text: trans.__('Reading the recording…'),
      attributes: { role: 'status' }
    })
  );
  try {
    const content = readContent(document);
    const store = await openStore(content);
    header.setTitle(store.info.name);
    main.replaceChildren();
    const hint = summaryHint(content);
    const view = showView(store, { ...host, hint: () => hint }, main, colors);
    forwardKeys(header.node, view.node);
  } catch (error) {
    main.replaceChildren(errorCard(error, trans, advice));
  }
}

/** Null where it cannot be read: nothing depends on it. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function showView(
  store: Store,
  host: IHost,
  main: HTMLElement,
  colors: Colors
): View {
  const view = new View({ store, trans, host });
  Widget.attach(view, main);
  colors.onChange(() => {
    view.repaint();
    // Now: printing does not wait for the next frame.
    MessageLoop.flush();
  });
  return view;
}
