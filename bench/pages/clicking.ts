import { Widget } from '@lumino/widgets';
import { openProbe } from '../../src/probe/client';
import { plainTexts as trans } from '../../src/page/translation';
import { NO_HOST } from '../../src/panels/context';
import { View } from '../../src/panels/view';
import { Probing } from '../../src/view/probe/probing';
import { defaultView } from '../../src/view/state';
import { Store } from '../../src/view/store';
import { connectEngine } from '../../src/worker/client';
import { afterPaint, frame, painted } from './mount';
import { bytesAt, modelOf, type Task } from './task';

/**
 * Shows a recording with all its layers and the probe beside it, on the model of a task. Its `nextMove()` gives the
 * milliseconds from the next press in the picture until the dots of all graphs are painted where the model says.
 */
export async function clicking(task: Task, file: string): Promise<void> {
  const engine = connectEngine();
  const bytes = await bytesAt(file);
  const held = await engine.open({ kind: 'block', bytes });
  const info = { ...held, model: { weightBytes: 0 } };
  const model = await modelOf(task);
  const store = new Store(info, engine, {
    ...defaultView(info),
    layers: info.layers.map(({ name }) => name)
  });
  const view = new View({
    store,
    trans,
    host: {
      ...NO_HOST,
      openProbe: ({ subject }) => openProbe({ model, subject })
    }
  });
  Widget.attach(view, document.body);
  await painted();
  press('probe');
  const probing = Probing.of(store);
  while (!probing.model?.now) {
    await frame();
  }
  const probed = probing.model;
  let pressed = 0;
  document.addEventListener(
    'pointerdown',
    ({ timeStamp }) => (pressed = timeStamp),
    true
  );
  const nextMove = () =>
    new Promise<number>(resolve => {
      const shown = probed.now;
      const look = () => {
        if (probed.now !== shown) {
          probed.changed.disconnect(look);
          void frame()
            .then(afterPaint)
            .then(at => resolve(at - pressed));
        }
      };
      probed.changed.connect(look);
    });
  Object.assign(window, { nextMove });
}

function press(text: string): void {
  [...document.querySelectorAll('button')]
    .find(({ textContent }) => textContent === text)
    ?.click();
}

Object.assign(window, { clicking });
