import type { ModelFile } from '../../view/modelFile';
import type { PanelContext } from '../context';
import { button, element, setText } from '../dom';
import { describeError } from '../errorCard';
import { numbersText, readNumbers, setModelFile } from '../modelSource';

/** The model in a file, where the recording holds none: which it is, and how it is fed. */
export class ModelFilePart {
  constructor(private readonly context: PanelContext) {
    const { trans } = context;
    this.choose = button({ className: 'nd-Button', text: '' }, () => {
      void this.chooseFile();
    });
    const field = (label: string, hint: string, key: keyof Fed) => {
      const input = element('input', {
        className: 'nd-Filter nd-Attack-number',
        attributes: { type: 'text', title: hint, 'aria-label': label }
      });
      input.addEventListener('change', () => this.feed(key, input));
      this.inputs.set(key, input);
      return element(
        'label',
        { className: 'nd-Attack-label' },
        element('span', { text: label }),
        input
      );
    };
    this.fed = element(
      'div',
      { className: 'nd-Probe-tools' },
      element('span', {
        text: trans.__('Fed with (pixel · scale − mean) / std:')
      }),
      field(trans.__('scale'), trans.__('One number, such as 1/255'), 'scale'),
      field(trans.__('mean'), trans.__('One number, or one a channel'), 'mean'),
      field(trans.__('std'), trans.__('One number, or one a channel'), 'std')
    );
    this.node = element(
      'div',
      { className: 'nd-Probe-file' },
      element('div', { className: 'nd-Probe-tools' }, this.path, this.choose),
      this.problem,
      this.fed
    );
  }

  readonly node: HTMLElement;

  refresh(): void {
    const { store, host, trans } = this.context;
    const file = store.view.model;
    this.node.hidden =
      store.info.model !== null ||
      host.modelFiles === null ||
      host.openProbe === null;
    setText(this.path, file?.path ?? '');
    setText(
      this.choose,
      file === null
        ? trans.__('Choose a model file…')
        : trans.__('Choose another…')
    );
    this.fed.hidden = file === null;
    if (file !== this.shown) {
      this.shown = file;
      this.write(file);
    }
  }

  private write(file: ModelFile | null): void {
    for (const [key, input] of this.inputs) {
      const value = file?.[key] ?? null;
      input.value = value === null ? '' : numbersText([value].flat());
      input.removeAttribute('aria-invalid');
    }
  }

  private feed(key: keyof Fed, input: HTMLInputElement): void {
    const { context } = this;
    const file = context.store.view.model;
    const numbers = readNumbers(input.value);
    const isFine =
      numbers !== undefined && (numbers === null || IS_FINE[key](numbers));
    input.setAttribute('aria-invalid', String(!isFine));
    if (file && isFine) {
      const value = key === 'scale' ? (numbers?.[0] ?? null) : numbers;
      setModelFile(context, { ...file, [key]: value });
    }
  }

  private async chooseFile(): Promise<void> {
    const { context } = this;
    const { host, trans } = context;
    setText(this.problem, '');
    try {
      const path = (await host.modelFiles?.choose()) ?? null;
      if (path !== null) {
        const plain = { scale: null, mean: null, std: null };
        setModelFile(context, { path, ...plain });
      }
    } catch (error) {
      setText(this.problem, describeError(error, trans));
    }
  }

  private shown: ModelFile | null = null;
  private readonly inputs = new Map<keyof Fed, HTMLInputElement>();
  private readonly choose: HTMLElement;
  private readonly fed: HTMLElement;
  private readonly path = element('code', { className: 'nd-Item-name' });
  private readonly problem = element('p', {
    className: 'nd-Probe-line',
    attributes: { role: 'status' }
  });
}

const IS_FINE: Readonly<
  Record<keyof Fed, (numbers: readonly number[]) => boolean>
> = {
  scale: numbers => numbers.length === 1 && numbers[0] !== 0,
  mean: () => true,
  std: numbers => numbers.every(one => one > 0)
};

type Fed = Pick<ModelFile, 'scale' | 'mean' | 'std'>;
