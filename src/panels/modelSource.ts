import { sameJson } from '../view/json';
import { fedBy, type ModelFile } from '../view/modelFile';
import type { OpenProbe } from '../view/probe/model';
import type { PanelContext } from './context';

type Context = Pick<PanelContext, 'store' | 'host'>;

/** Whether there is a model: in the recording, or in the file that the view names. */
export function hasModel({ store, host }: Context): boolean {
  return (
    host.openProbe !== null &&
    (store.info.model !== null ||
      (store.view.model !== null && host.modelFiles !== null))
  );
}

/** Whether there is one, or one can be chosen for the pictures that are here. */
export function canProbe(context: Context): boolean {
  const { host, store } = context;
  return (
    hasModel(context) ||
    (host.openProbe !== null &&
      host.modelFiles !== null &&
      store.info.images !== null)
  );
}

/** Opens the model of the recording, else that of the file which the view names when it is opened. */
export function openerOf({ store, host }: Context): OpenProbe | null {
  const { openProbe, modelFiles } = host;
  if (openProbe === null || modelFiles === null || store.info.model !== null) {
    return openProbe;
  }
  return asked =>
    openProbe({
      ...asked,
      model: async () => {
        const file = store.view.model;
        const { picture } = asked.subject;
        if (file === null || picture === null) {
          return null;
        }
        const { height, width, channels } = picture;
        const model = await modelFiles.read(file.path);
        return fedBy(model, file, [height, width, channels]);
      }
    });
}

export function setModelFile(
  { store }: Context,
  model: ModelFile | null
): void {
  store.update(view =>
    sameJson(view.model, model) ? view : { ...view, model }
  );
}

/** "125.3, 123, 113.9" or "1/255"; null for nothing, undefined for what is no list of numbers. */
export function readNumbers(
  text: string
): readonly number[] | null | undefined {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '');
  const numbers = parts.map(part => {
    const [above, below = '1', ...more] = part.split('/');
    return more.length === 0 ? Number(above) / Number(below || NaN) : NaN;
  });
  if (parts.length === 0) {
    return null;
  }
  const isFine = [1, 3, 4].includes(numbers.length);
  return isFine && numbers.every(Number.isFinite) ? numbers : undefined;
}

/** As `readNumbers` reads it; 1/255 rather than 0.00392156862745098. */
export function numbersText(numbers: readonly number[]): string {
  return numbers
    .map(one => {
      const decimal = String(one);
      return decimal.length > 6 && Number.isInteger(1 / one)
        ? `1/${1 / one}`
        : decimal;
    })
    .join(', ');
}
