import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { defaultActionOf } from '../panels/actions';
import type { IHost } from '../panels/context';
import { element } from '../panels/dom';
import { errorCard } from '../panels/errorCard';
import { View } from '../panels/view';
import type { Store } from '../view/store';
import { Colors } from './colors';
import { readContent } from './content';
import { pageHeader } from './header';
import { forwardKeys } from './keys';
import { openStore } from './session';
import { plainTexts as trans } from './translation';

const host: IHost = {
  openPanels: null,
  exportPage: null,
  actionOf: defaultActionOf,
  hint: null,
  savedUntil: trans.__('Saved here until this page is closed.')
};

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
    const store = await openStore(readContent(document));
    header.setTitle(store.info.name);
    main.replaceChildren();
    const view = showView(store, main, colors);
    forwardKeys(header.node, view.node);
  } catch (error) {
    main.replaceChildren(errorCard(error, trans, advice));
  }
}

function showView(store: Store, main: HTMLElement, colors: Colors): View {
  const view = new View({ store, trans, host });
  Widget.attach(view, main);
  colors.onChange(() => {
    view.repaint();
    // Now: printing does not wait for the next frame.
    MessageLoop.flush();
  });
  return view;
}
