import * as vscode from 'vscode';
import type { RunStatus } from '../chat/messages.ts';

const phaseNames = { analyze: 'Analyzing', propose: 'Proposing', apply: 'Applying', verify: 'Verifying' } as const;

/** One short item in the status bar: opens the chat, and says which phase a run is in. */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('whetstone.status', vscode.StatusBarAlignment.Left, 0);

  constructor() {
    this.#item.name = 'Whetstone';
    this.#item.command = 'whetstone.chat.focus';
    this.show({ activity: 'idle', phases: undefined });
    this.#item.show();
  }

  show({ activity, phases }: Pick<RunStatus, 'activity'> & { readonly phases: RunStatus['phases'] | undefined }): void {
    const [text, tooltip] = describe(activity, phases);
    this.#item.text = text;
    this.#item.tooltip = tooltip;
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function describe(activity: RunStatus['activity'], phases: RunStatus['phases'] | undefined): [string, string] {
  switch (activity) {
    case 'idle':
      return ['$(sparkle) Whetstone', 'Open the Whetstone chat'];
    case 'running': {
      const active = (Object.keys(phaseNames) as (keyof typeof phaseNames)[]).find(
        (name) => phases?.[name] === 'active',
      );
      return [
        `$(loading~spin) ${active ? phaseNames[active] : 'Starting'}`,
        'A refactoring is under way. Open the chat',
      ];
    }
    case 'reviewing':
      return ['$(diff-multiple) Review', 'A change waits for your decision. Open the chat'];
    case 'stopping':
      return ['$(loading~spin) Stopping', 'The refactoring is being stopped'];
  }
}
