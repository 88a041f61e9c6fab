import { JSDOM } from 'jsdom';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContent } from '../page/content';
import { DATA_TYPE, DESCRIPTOR_TYPE } from '../sources/mime';
import { defaultView } from '../view/state';
import { browserPorts } from '../worker/unpack';
import { createEngine } from '../worker/engine';
import { pageHtml } from './exportPage';

const ROOT = join(__dirname, '../..');
const template = readFileSync(join(ROOT, 'src/page/template.html'), 'utf8');
const bundle = JSON.parse(
  readFileSync(join(ROOT, 'tests/fixtures/tiny.bundle.json'), 'utf8')
) as Record<string, unknown>;
const descriptor = bundle[DESCRIPTOR_TYPE] as object;
const data = bundle[DATA_TYPE] as string;

const HOSTILE = [
  '</script><script>__pwn()</script>',
  '</SCRIPT ><svg onload=__pwn()>',
  '<!--<script>',
  '--> ]]> </title><img src=x onerror=__pwn()>',
  '$& $1 $` ${__pwn()}',
  '"><base href=//e.test>',
  '\u2028\u2029\u202e \0 \ud800 &lt;&amp;',
  '__proto__',
  ''
];

async function tinyView() {
  const engine = createEngine(browserPorts);
  const info = await engine.open({
    kind: 'base64',
    descriptor,
    text: data
  });
  return { ...defaultView(info), classes: [1] };
}

describe('an exported page', () => {
  test.each(HOSTILE)('carries what is called %j as text', async name => {
    const view = await tinyView();
    const saved = [{ name, description: name, view: { name } }];
    const hostile = { ...descriptor, name };
    const html = pageHtml(template, { descriptor: hostile, data }, saved, view);
    const { document } = new JSDOM(html).window;
    expect(document.scripts).toHaveLength(1);
    expect(document.querySelector('img, svg, base')).toBeNull();
    expect(document.title).not.toBe('');
    const content = readContent(document);
    expect(content.descriptor).toEqual(hostile);
    expect(content.data).toBe(data);
    expect(content.saved).toEqual(
      name === '' ? [{ name, view: { name } }] : saved
    );
    expect(content.view).toMatchObject({ classes: view.classes, version: 1 });
  });

  test('has what runs models where the recording holds one', async () => {
    const view = await tinyView();
    const built = template.replace('<!--probe-->', '<script>1</script>');
    const page = (more: object) =>
      new JSDOM(
        pageHtml(
          built,
          { descriptor: { ...descriptor, ...more }, data },
          [],
          view
        )
      ).window.document;
    expect(page({}).scripts).toHaveLength(1);
    expect(page({ live: { target: 'x' } }).scripts).toHaveLength(1);
    expect(page({ model: {} }).scripts).toHaveLength(2);
    const name = '<!--neuraldivergence:model-->';
    expect(page({ name }).title).toBe(name);
  });

  test('is called after its recording', async () => {
    const named = { ...descriptor, name: 'A < B & "C"' };
    const html = pageHtml(
      template,
      { descriptor: named, data },
      [],
      await tinyView()
    );
    expect(new JSDOM(html).window.document.title).toBe('A < B & "C"');
  });

  test('is not made from something else', async () => {
    const view = await tinyView();
    for (const other of ['', '<title>Log in</title>', template + template]) {
      expect(() => pageHtml(other, { descriptor, data }, [], view)).toThrow(
        'invalid page template'
      );
    }
  });
});
