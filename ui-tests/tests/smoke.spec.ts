import { expect, test } from '@jupyterlab/galata';

test(
  'JupyterLab starts with the extension on and nothing in the console',
  { tag: '@oldest' },
  async ({ page }) => {
    const errors: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') {
        errors.push(message.text());
      }
    });
    page.on('pageerror', error => errors.push(error.message));
    await page.goto();

    const plugins = await page.evaluate(() =>
      window.jupyterapp
        .listPlugins()
        .filter((id: string) => id.startsWith('neuraldivergence:'))
        .map((id: string) => ({
          id,
          active: window.jupyterapp.isPluginActivated(id)
        }))
    );
    expect(plugins).toContainEqual({
      id: 'neuraldivergence:renderer',
      active: true
    });
    expect(errors).toEqual([]);
  }
);

test(
  'the server lists the extension as installed and enabled',
  { tag: '@oldest' },
  async ({ page, request }) => {
    const settings = await request.get(`${await page.getBaseUrl()}lab`);
    const html = await settings.text();
    const config = JSON.parse(
      /<script id="jupyter-config-data"[^>]*>([^]*?)<\/script>/.exec(html)![1]
    ) as {
      federated_extensions: { name: string }[];
      disabledExtensions: string[];
    };
    expect(
      config.federated_extensions.map(extension => extension.name)
    ).toContain('neuraldivergence');
    expect(
      config.disabledExtensions.filter(id => id.startsWith('neuraldivergence'))
    ).toEqual([]);
  }
);
