import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** This checkout. */
export const ROOT = path.join(import.meta.dirname, '../..');
const CONFIG = path.join(ROOT, 'ui-tests/jupyter_server_test_config.py');

/**
 * JupyterLab with the extension that is installed in the `.venv` of `root`, in a scratch folder, nothing
 * of the user's own taking part.
 */
export async function startLab(root = ROOT, environment = {}) {
  const work = await mkdtemp(path.join(tmpdir(), 'neuraldivergence-lab-'));
  const port = process.env.ND_PORT ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python(root), ['-m', 'jupyterlab', '--config', CONFIG], {
    cwd: work,
    stdio: 'ignore',
    env: {
      ...process.env,
      ...environment,
      ...scratch(work),
      ND_PORT: String(port)
    }
  });
  const stop = async () => {
    const ended = new Promise(resolve => server.once('exit', resolve));
    server.kill();
    await ended;
    await rm(work, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await reachable(`${url}/lab`, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    folder: path.join(work, 'root'),
    stop,
    /** Open a notebook in its folder, or nothing, and wait until JupyterLab is ready. */
    async open(page, notebook = '') {
      const place = notebook && `/tree/${encodeURIComponent(notebook)}`;
      await page.goto(`${url}/lab${place}?reset`);
      await page.waitForFunction(() => window.jupyterapp?.restored, undefined, {
        timeout: 60_000
      });
      await page.evaluate(() => window.jupyterapp.restored.then(() => null));
    }
  };
}

/** The Python of a checkout's environment. */
export function python(root = ROOT) {
  return process.platform === 'win32'
    ? path.join(root, '.venv/Scripts/python.exe')
    : path.join(root, '.venv/bin/python');
}

function scratch(work) {
  return {
    IPYTHONDIR: path.join(work, 'ipython'),
    JUPYTER_CONFIG_DIR: path.join(work, 'config'),
    JUPYTER_DATA_DIR: path.join(work, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(work, 'runtime'),
    JUPYTERLAB_GALATA_ROOT_DIR: path.join(work, 'root'),
    JUPYTERLAB_SETTINGS_DIR: path.join(work, 'settings')
  };
}

async function reachable(url, server) {
  for (let attempt = 0; attempt < 240; attempt++) {
    if (server.exitCode !== null) {
      break;
    }
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 250));
  }
  throw new Error(
    'JupyterLab did not start: is it installed? `python3 dev.py build`'
  );
}

async function freePort() {
  const probe = createServer();
  await new Promise(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return port;
}
