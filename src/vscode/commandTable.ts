/** What the commands do. Each shows the user how it went; none rejects. */
export interface Actions {
  /** On what a code lens handed over, or on the active editor. */
  optimize(target: unknown): Promise<void>;
  refactor(): Promise<void>;
  stop(): void;
  accept(): Promise<void>;
  verify(): void;
  writeTests(): void;
  reject(): void;
  undoLast(): Promise<void>;
  undoStep(): Promise<void>;
  setApiKey(): Promise<void>;
  newConversation(): Promise<void>;
  showEvidence(): Promise<void>;
  showLog(): void;
  exportMeter(): Promise<void>;
  saveRecording(): Promise<void>;
}

type CommandId = `whetstone.${keyof Actions}`;

/** Every command of Whetstone; it reads like the command palette, and the manifest contributes exactly these. */
export const commandTable: Readonly<Record<CommandId, (actions: Actions, argument: unknown) => unknown>> = {
  'whetstone.optimize': (actions, target) => actions.optimize(target),
  'whetstone.refactor': (actions) => actions.refactor(),
  'whetstone.stop': (actions) => actions.stop(),
  'whetstone.accept': (actions) => actions.accept(),
  'whetstone.verify': (actions) => actions.verify(),
  'whetstone.writeTests': (actions) => actions.writeTests(),
  'whetstone.reject': (actions) => actions.reject(),
  'whetstone.undoLast': (actions) => actions.undoLast(),
  'whetstone.undoStep': (actions) => actions.undoStep(),
  'whetstone.setApiKey': (actions) => actions.setApiKey(),
  'whetstone.newConversation': (actions) => actions.newConversation(),
  'whetstone.showEvidence': (actions) => actions.showEvidence(),
  'whetstone.showLog': (actions) => actions.showLog(),
  'whetstone.exportMeter': (actions) => actions.exportMeter(),
  'whetstone.saveRecording': (actions) => actions.saveRecording(),
};
