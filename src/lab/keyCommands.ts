import type { ActionName } from '../panels/actions';
import { canPerform, perform } from '../panels/actions';
import { commandOf } from './host';
import type { IWorkspace } from './workspace';

/** A command for each action that keys can do, so that the keys can be seen and changed in the settings. */
export function addKeyCommands({ commands, trans }: IWorkspace): void {
  const labels: Readonly<Record<ActionName, string>> = {
    undo: trans.__('Undo Change of the View'),
    redo: trans.__('Redo Change of the View'),
    'save-view': trans.__('Save the View Under a Name'),
    'toggle-hidden': trans.__('Hide or Show the Neuron'),
    'toggle-marked': trans.__('Mark or Unmark the Neuron'),
    'open-detail': trans.__('Show the Neuron in Detail'),
    'go-to-neuron': trans.__('Go to a Neuron'),
    'show-all': trans.__('Show All Neurons'),
    'marked-only': trans.__('Show Marked Neurons Only'),
    'reverse-order': trans.__('Reverse the Order of the Neurons'),
    'toggle-findings': trans.__('Open or Close the Findings'),
    brush: trans.__('Brush a Range of the Neuron'),
    'toggle-probe': trans.__('Open or Close the Probe')
  };
  for (const [name, label] of Object.entries(labels)) {
    const action = name as ActionName;
    commands.addCommand(commandOf(action), {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => canPerform(document.activeElement, action),
      execute: () => {
        perform(document.activeElement, action);
      }
    });
  }
}
