/** Attributes, properties and listeners of a new element. Text is always text, never markup. */
export type ElementOptions = {
  readonly className?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
};

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (options.className !== undefined) {
    node.className = options.className;
  }
  if (options.text !== undefined) {
    node.textContent = options.text;
  }
  if (options.title !== undefined) {
    node.title = options.title;
  }
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function button(
  options: ElementOptions,
  onClick: (event: MouseEvent) => void,
  ...children: readonly Node[]
): HTMLButtonElement {
  const node = element('button', options, ...children);
  node.type = 'button';
  node.addEventListener('click', onClick);
  return node;
}

/** What a live region is given is read aloud again, even if it is the same: only what differs is written. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** What is written is laid out again, even if it is the same: only what differs is. */
export function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) {
    node.setAttribute(name, value);
  }
}

/** Properties, as `setAttribute`. */
export function setProperties<T extends HTMLElement>(
  node: T,
  values: Partial<T>
): void {
  for (const name in values) {
    const value = values[name];
    if (value !== undefined && node[name] !== value) {
      node[name] = value;
    }
  }
}

/** A variable of the style, as `setAttribute`. */
export function setVariable(
  { style }: HTMLElement,
  name: string,
  value: string
): void {
  if (style.getPropertyValue(name) !== value) {
    style.setProperty(name, value);
  }
}

/** An element id that is unique in the page. */
export function uniqueId(): string {
  lastId += 1;
  return `nd-id-${lastId}`;
}

let lastId = 0;
