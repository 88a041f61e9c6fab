import type { TranslationBundle } from '@jupyterlab/translation';
import { button, element } from '../panels/dom';
import type { Colors } from './colors';

/** What the page is, and its one control. */
export function pageHeader(colors: Colors, trans: TranslationBundle): Header {
  const title = element('h1', {
    className: 'nd-Page-title',
    text: trans.__('NeuralDivergence')
  });
  const about = element('p', {
    className: 'nd-Page-about',
    text: trans.__(
      'How the neurons of a network respond. All of it is in this file; nothing is loaded or sent.'
    )
  });
  const node = element(
    'header',
    { className: 'nd-Page-header' },
    title,
    about,
    colorsButton(colors, trans)
  );
  return {
    node,
    setTitle: text => {
      title.textContent = text;
    }
  };
}

type Header = {
  readonly node: HTMLElement;
  setTitle(text: string): void;
};

function colorsButton(colors: Colors, trans: TranslationBundle): HTMLElement {
  const node = button(
    {
      className: 'nd-Button nd-Page-colors',
      text: '◐',
      title: trans.__('Dark colors'),
      attributes: { 'aria-label': trans.__('Dark colors') }
    },
    () => colors.choose(!colors.isDark)
  );
  const refresh = () =>
    node.setAttribute('aria-pressed', String(colors.isDark));
  colors.onChange(refresh);
  refresh();
  return node;
}
