import { Widget } from '@lumino/widgets';
import { plainTexts as trans } from '../../src/page/translation';
import { View } from '../../src/panels/view';
import type { Store } from '../../src/view/store';
import { NO_HOST as host } from '../../src/panels/context';

/** The extension's view of a store, in this page. */
export function mount(store: Store): View {
  const view = new View({ store, trans, host });
  Widget.attach(view, document.body);
  return view;
}

/** When every graph is complete and its picture is on the page; the time of that. */
export async function painted(): Promise<number> {
  do {
    await frame();
  } while (!isComplete());
  // A graph that is complete has drawn itself, or does in this very frame.
  return afterPaint();
}

function isComplete(): boolean {
  const graphs = [...document.querySelectorAll('.nd-Graph')];
  return (
    graphs.length > 0 &&
    graphs.every(graph => graph.getAttribute('aria-busy') === 'false')
  );
}

/** The beginning of the next frame. */
export function frame(): Promise<number> {
  return new Promise(resolve => requestAnimationFrame(resolve));
}

/** What is posted in a frame, before all else, runs once it is painted. */
export function afterPaint(): Promise<number> {
  return scheduler.postTask(() => performance.now(), {
    priority: 'user-blocking'
  });
}

/** https://wicg.github.io/scheduling-apis; TypeScript does not know it. */
declare const scheduler: {
  postTask<T>(
    task: () => T,
    options: { readonly priority: 'user-blocking' }
  ): Promise<T>;
};
