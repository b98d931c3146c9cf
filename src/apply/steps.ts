/** Called before every step that changes something on disk, with its name; what it throws is a failure of that step. */
export type StepHook = (step: string) => void | Promise<void>;

/** Does nothing. */
export const noSteps: StepHook = () => {};
