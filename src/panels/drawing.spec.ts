/** @jest-environment jsdom */
import { Drawing, Writing } from './drawing';

/** The next frame, and what is done once it is on the screen. */
const frame = () =>
  new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));

test('all look before any draws, and draw before any writes, each once a frame', async () => {
  const log: string[] = [];
  const drawings = ['a', 'b'].map(
    name =>
      new Drawing(
        () => {
          log.push(`look ${name}`);
          return name;
        },
        looked => {
          log.push(`draw ${looked}`);
          return () => log.push(`write ${looked}`);
        }
      )
  );
  drawings.forEach(drawing => drawing.soon());
  drawings[0].soon();
  expect(log).toEqual([]);
  await frame();
  expect(log).toEqual(
    ['look', 'draw', 'write'].flatMap(step => [`${step} a`, `${step} b`])
  );
  log.length = 0;
  drawings.forEach(drawing => drawing.soon());
  drawings[1].cancel();
  await frame();
  expect(log).toEqual(['look a', 'draw a', 'write a']);
});

test('what is written in a frame is written after all is drawn, once', async () => {
  const log: string[] = [];
  const writing = new Writing(() => log.push('written'));
  const drawing = new Drawing(
    () => log.push('look'),
    () => {
      log.push('draw');
      return () => undefined;
    }
  );
  writing.soon();
  writing.soon();
  drawing.soon();
  await frame();
  expect(log).toEqual(['look', 'draw', 'written']);
  const late = new Writing(() => log.push('late'), 'paint');
  log.length = 0;
  late.soon();
  writing.soon();
  drawing.soon();
  await new Promise(resolve => requestAnimationFrame(resolve));
  expect(log).toEqual(['look', 'draw', 'written']);
  await frame();
  expect(log.at(-1)).toBe('late');
  log.length = 0;
  writing.soon();
  writing.cancel();
  await frame();
  expect(log).toEqual([]);
});

test('what is drawn at once is not undone by what is still to be written', async () => {
  let shown = 'old';
  let written = '';
  const drawing = new Drawing(
    () => shown,
    looked => () => (written = looked)
  );
  drawing.soon();
  await new Promise(resolve => requestAnimationFrame(resolve));
  expect(written).toBe('');
  shown = 'new';
  drawing.now();
  expect(written).toBe('new');
  await frame();
  expect(written).toBe('new');
});
