import type { RunRequest } from '../agent/run.ts';

const maxTitleLength = 60;

/** What a conversation is called: its first goal, and where that pointed when it says little. */
export function titleOf({ goal, focus: [first] }: RunRequest): string {
  const text = goal.replaceAll(/\s+/g, ' ').trim();
  const where = first === undefined ? '' : `: ${first.path.split('/').at(-1) ?? first.path}`;
  const whole = text.length <= 20 ? `${text}${where}` : text;
  return whole.length <= maxTitleLength ? whole : `${whole.slice(0, maxTitleLength - 1)}…`;
}
