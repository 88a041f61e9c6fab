const path = require('path');

const work = path.join(__dirname, '.work');
const port = process.env.ND_PORT ?? '8899';
const python =
  process.env.ND_PYTHON ?? path.join(__dirname, '..', '.venv', 'bin', 'python');
const url = `http://127.0.0.1:${port}`;

/** What galata's fixtures read. */
process.env.TARGET_URL = url;

module.exports = {
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [
    ['list'],
    [
      'json',
      {
        outputFile:
          process.env.ND_REPORT ?? path.join(work, 'reports', 'ui.json')
      }
    ]
  ],
  use: {
    baseURL: url,
    actionTimeout: 60_000,
    viewport: { width: 1440, height: 900 },
    // Rows are at their places at once.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace makes a test take twice as long: only what is run again has one.
    trace: { mode: 'on-first-retry', screenshots: false },
    video: 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-lcd-text',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  projects: [{ name: 'lab' }],
  webServer: {
    command: `"${python}" -m jupyterlab --config jupyter_server_test_config.py`,
    cwd: __dirname,
    url: `${url}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'ignore',
    stderr: 'ignore',
    env: {
      ND_PORT: port,
      // Nothing of the user's own Jupyter takes part.
      IPYTHONDIR: path.join(work, 'ipython'),
      JUPYTER_CONFIG_DIR: path.join(work, 'config'),
      JUPYTER_DATA_DIR: path.join(work, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(work, 'runtime'),
      JUPYTERLAB_GALATA_ROOT_DIR: path.join(work, 'root'),
      JUPYTERLAB_SETTINGS_DIR: path.join(work, 'settings'),
      // Holds a language pack, so that JupyterLab speaks German.
      PYTHONPATH: [path.join(__dirname, 'languages'), process.env.PYTHONPATH]
        .filter(Boolean)
        .join(path.delimiter)
    }
  }
};
