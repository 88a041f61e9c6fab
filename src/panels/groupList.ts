import type { Condition, Group } from '../core/condition';
import { toCss } from '../draw/palette';
import { markColor } from '../draw/theme';
import { recordedOf } from '../view/added';
import { BrushComposition } from '../view/brushComposition';
import { formatCount } from '../view/format';
import { groupsOf } from '../view/groups';
import type { ViewState } from '../view/state';
import {
  removeGroup,
  renameGroup,
  setShown,
  toggleGroup
} from '../view/update';
import { missingText } from './attachment';
import { brushedPart } from './brush/texts';
import type { PanelContext } from './context';
import { colorOf } from './context';
import { button, element, setAttribute, setProperties } from './dom';
import { GroupEditor } from './groupEditor';
import { groupNaming } from './groupNaming';
import type { RowNode, Section } from './toggleRow';
import { rowNode, section } from './toggleRow';

/** The groups of the recording and of the view, and a form to define more. */
export function groupList(context: PanelContext): Section {
  const { store, trans } = context;
  const list = element('div', { className: 'nd-List' });
  const sizes = new GroupSizes(context);
  let editor: GroupEditor | null = null;
  let rows: readonly RowNode[] = [];
  const edits = new Map<string, HTMLElement>();
  /** The group that was just named: its row is made anew. */
  let edited: string | null = null;
  let listed: readonly unknown[] = [];
  let known: unknown = null;

  const define = button(
    {
      className: 'nd-Link nd-Section-add',
      text: trans.__('+ new group'),
      attributes: { 'aria-expanded': 'false' }
    },
    () => {
      if (editor) {
        closeEditor();
      } else if (canDefine(store.view)) {
        openEditor();
      }
    }
  );
  const ids = () => groupsOf(store.info, store.view).map(g => g.id);
  const show = (shownGroups: readonly string[]) =>
    store.update(v => setShown(v, { shownGroups }));
  const body = element('div', {}, list);
  const node = section(
    {
      title: trans.__('Groups'),
      trans,
      all: () => show(ids()),
      none: () => show([])
    },
    body
  );
  const links = node.querySelector<HTMLElement>('.nd-Section-links');
  // Beside the title: below the list it might be out of sight.
  links?.before(define);

  function openEditor(): void {
    editor = new GroupEditor(context, closeEditor);
    body.append(editor.node);
    editor.node.scrollIntoView({ block: 'nearest' });
    define.setAttribute('aria-expanded', 'true');
    editor.focus();
  }

  function closeEditor(): void {
    editor?.dispose();
    editor?.node.remove();
    editor = null;
    define.setAttribute('aria-expanded', 'false');
    define.focus();
  }

  function rowOf(group: Group, index: number): RowNode {
    const { id, name, where } = group;
    const isOwn = store.view.groups.some(g => g.id === id);
    const row = rowNode(
      {
        name,
        count: () => sizes.textOf(where),
        countTitle: trans.__('samples'),
        brushed: () =>
          brushedPart(
            BrushComposition.of(store).countIn(where),
            sizes.sizeOf(where),
            trans
          ),
        isShown: view => view.shownGroups.includes(id),
        color: theme => toCss(markColor(colorOf(store, index, theme), theme)),
        toggle: () => store.update(v => toggleGroup(v, id, ids())),
        only: () => show([id])
      },
      trans
    );
    if (isOwn) {
      const change = trans.__('Name and colour of %1', name);
      const edit = button(
        {
          className: 'nd-Icon nd-Item-edit',
          text: '⋯',
          title: change,
          attributes: { 'aria-label': change }
        },
        () => {
          const shown = row.node.style.getPropertyValue('--nd-color');
          const close = () => {
            naming.node.replaceWith(row.node);
            edit.focus();
          };
          const naming = groupNaming(
            trans,
            group,
            shown,
            next => {
              close();
              edited = id;
              store.update(v => renameGroup(v, id, next));
            },
            close
          );
          row.node.replaceWith(naming.node);
          naming.focus();
        }
      );
      edits.set(id, edit);
      row.node.append(edit);
      const label = trans.__('Remove group %1', name);
      row.node.append(
        button(
          {
            className: 'nd-Icon nd-Item-remove',
            text: '×',
            title: label,
            attributes: { 'aria-label': label }
          },
          () => {
            store.update(v => removeGroup(v, id));
            define.focus();
          }
        )
      );
    }
    return row;
  }

  function canDefine(view: ViewState): boolean {
    return store.info.layers.some(
      layer => view.layers.includes(layer.name) && layer.detail !== 'summary'
    );
  }

  return {
    node,
    refresh(view, theme) {
      if (recordedOf(store.info) !== known) {
        known = recordedOf(store.info);
        sizes.forget();
      }
      const next = [store.info.groups, view.groups];
      if (next.some((part, k) => part !== listed[k])) {
        listed = next;
        rows = groupsOf(store.info, view).map((group, k) =>
          rowOf(group, store.info.classes.length + k)
        );
        list.replaceChildren(...rows.map(r => r.node));
        if (edited !== null) {
          edits.get(edited)?.focus();
          edited = null;
        }
        if (links) {
          links.hidden = rows.length === 0;
        }
      }
      // A button that is disabled for good would lose the focus.
      const isPossible = canDefine(view);
      setAttribute(define, 'aria-disabled', String(!isPossible));
      setProperties(define, {
        title: isPossible
          ? trans.__(
              'Any samples: by class, prediction, or what the author knows of them'
            )
          : missingText(context.host.attachment, trans)
      });
      sizes.onKnown = () => rows.forEach(r => r.refresh(view, theme));
      rows.forEach(r => r.refresh(view, theme));
    }
  };
}

/** How many samples groups have, asked once each. */
class GroupSizes {
  constructor(private readonly context: PanelContext) {}

  onKnown: () => void = () => undefined;

  textOf(where: Condition): string {
    const size = this.sizeOf(where);
    return size === null ? '' : formatCount(size);
  }

  /** Null while it is not known. */
  sizeOf(where: Condition): number | null {
    const known = this.known.get(where);
    if (known === undefined) {
      this.known.set(where, null);
      void this.ask(where);
    }
    return known ?? null;
  }

  private async ask(where: Condition): Promise<void> {
    const { store } = this.context;
    try {
      const { size } = await store.ask((engine, signal) =>
        engine.composition(where, store.view.membership, signal)
      );
      this.known.set(where, size);
      this.onKnown();
    } catch {
      // The view says why a group cannot be shown. Asked again when all values are here.
      this.unknown.add(where);
    }
  }

  /** More is known of the recording. */
  forget(): void {
    this.unknown.forEach(where => this.known.delete(where));
    this.unknown.clear();
  }

  private readonly known = new WeakMap<Condition, number | null>();
  private readonly unknown = new Set<Condition>();
}
