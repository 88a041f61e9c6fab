import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';

type Schema = ISettingRegistry.IPlugin['schema'];

/**
 * Show the settings of a plugin in the language of the user. JupyterLab's server translates only what language
 * packs bring; the contexts are those that it uses, so that a language pack can translate the same strings.
 */
export function translateSettings(
  registry: ISettingRegistry,
  plugin: string,
  trans: TranslationBundle
): void {
  registry.transform(plugin, {
    fetch: fetched => ({
      ...fetched,
      schema: translated(fetched.schema, trans)
    })
  });
}

function translated(schema: Schema, trans: TranslationBundle): Schema {
  const { title, description, properties } = schema;
  const inSettings = (text: string) => trans._p('settings', text);
  return {
    ...schema,
    ...(title === undefined ? {} : { title: trans._p('schema', title) }),
    ...(description === undefined
      ? {}
      : { description: trans._p('schema', description) }),
    ...(properties === undefined
      ? {}
      : {
          properties: mapTexts(properties, inSettings) as typeof properties
        })
  };
}

/** The same JSON with other titles and descriptions, at every depth. */
function mapTexts(
  json: PartialJSONValue | undefined,
  change: (text: string) => string
): PartialJSONValue | undefined {
  if (Array.isArray(json)) {
    return json.map(item => mapTexts(item, change) ?? null);
  }
  if (typeof json !== 'object' || json === null) {
    return json;
  }
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      typeof value === 'string' && (key === 'title' || key === 'description')
        ? change(value)
        : mapTexts(value, change)
    ])
  );
}
