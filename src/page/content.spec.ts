import { JSDOM } from 'jsdom';
import { readContent } from './content';

describe('the content of a page', () => {
  const read = (body: string) =>
    readContent(new JSDOM(`<body>${body}</body>`).window.document);
  const block = (text: string) =>
    `<script type="application/json" id="neuraldivergence-recording">${text}</script>`;

  test.each([
    ['nothing', '', 'page: no recording in this file'],
    [
      'broken JSON',
      block('{"descriptor": '),
      'page: the recording is not JSON'
    ],
    ['no object', block('3'), 'page: expected an object with a recording'],
    ['null', block('null'), 'page: expected an object with a recording']
  ])('is refused where there is %s', (_, body, message) => {
    expect(() => read(body)).toThrow(message);
  });
});
