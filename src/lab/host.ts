import { CommandRegistry } from '@lumino/commands';
import type { ActionName } from '../panels/actions';
import type { IHost } from '../panels/context';
import type { IWorkspace } from './workspace';

const PREFIX = 'neuraldivergence:key-';

/** The command that stands for an action, so that its keys can be chosen in the settings. */
export function commandOf(name: ActionName): string {
  return PREFIX + name;
}

/** What a key means inside a view: the keys that the user chose. */
export function actionOf(
  commands: CommandRegistry,
  event: KeyboardEvent
): ActionName | null {
  const pressed = CommandRegistry.keystrokeForKeydownEvent(event);
  const binding = commands.keyBindings.find(
    ({ command, keys }) =>
      command.startsWith(PREFIX) && keys.length === 1 && keys[0] === pressed
  );
  return binding ? (binding.command.slice(PREFIX.length) as ActionName) : null;
}

/** The surroundings of a view in the application. */
export function hostOf(
  workspace: IWorkspace,
  {
    attachment = null,
    openPanels = null,
    exportPage = null,
    openProbe = null,
    modelFiles = null,
    savedUntil = null,
    hint = null
  }: Partial<IHost>
): IHost {
  return {
    attachment,
    openPanels,
    exportPage,
    openProbe,
    modelFiles,
    savedUntil,
    hint,
    actionOf: event => actionOf(workspace.commands, event)
  };
}
