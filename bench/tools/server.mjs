import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm'
};

/** Serves the files of a folder on this machine, parts of them where a Range is asked for, as Jupyter's server does. */
export async function serve(folder) {
  const server = createServer((request, response) => {
    answer(folder, request, response).catch(() => {
      response.writeHead(404).end();
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    }
  };
}

async function answer(folder, { url, headers }, response) {
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const file = path.join(folder, pathname);
  const { size, mtime } = await stat(file);
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  const begin = Number(range?.[1] ?? 0);
  const end = Math.min(Number(range?.[2] ?? size - 1), size - 1);
  response.writeHead(range ? 206 : 200, {
    'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'Content-Length': end - begin + 1,
    'Last-Modified': mtime.toUTCString(),
    ...(range && { 'Content-Range': `bytes ${begin}-${end}/${size}` })
  });
  createReadStream(file, { start: begin, end }).pipe(response);
}
