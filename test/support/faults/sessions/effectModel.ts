import { assistantSays, call, type Exchange, type Item } from '../../scriptedServer.ts';

export const file = 'src/made.js';
export const before = 'export const made = [];\n';
/** What is left when each edit was made once. */
export const after = "export const made = ['a', 'b', ];\n";

/** How calls are named: alike in each answer to the same question, anew in each answer, or from the beginning in each answer. */
export type IdStyle = 'fixed' | 'fresh' | 'restarting';

export interface MadeCall {
  readonly name: string;
  readonly args: object;
}

const edit = (step: string, old: string, now: string): MadeCall => ({
  name: 'apply_edit',
  args: { step, changes: [{ action: 'edit', path: file, edits: [{ old, new: now }] }] },
});

/** What the model does, the calls of one response together; each of them leaves another text when it is made twice. */
const groups: readonly (readonly MadeCall[])[] = [
  [{ name: 'read_file', args: { path: file } }],
  [edit('Add a', 'made = [', "made = ['a', "), edit('Add b', '];', "'b', ];")],
  [{ name: 'run_tests', args: {} }],
];

/** The calls that come next when `made` of them were answered, in order; none when all were. */
export function callsAfter(made: number): readonly MadeCall[] {
  let first = 0;
  for (const group of groups) {
    if (made < first + group.length) return group.slice(made - first);
    first += group.length;
  }
  return [];
}

export const closing = 'Both steps are staged, and the tests pass.';

/** How many calls of the conversation were made and answered; what was cut off was not. */
export function madeIn(context: readonly Item[]): number {
  const outputs = context.filter(({ type }) => type === 'function_call_output');
  return outputs.filter(({ output }) => !/cut off/.test(JSON.stringify(output))).length;
}

/** What the model answers, from what the request and its chain tell alone. */
export function outputOf({ context, id }: Exchange, style: IdStyle): readonly Item[] {
  const made = madeIn(context);
  const calls = callsAfter(made);
  if (calls.length === 0) return [assistantSays(closing, `msg_${id}`)];
  const nameOf = (index: number): string =>
    style === 'restarting' ? `call_${index}` : `call_${made + index}${style === 'fresh' ? `_${id}` : ''}`;
  return calls.map(({ name, args }, index) => call(nameOf(index), name, args));
}

/** How often each edit stands in a text: more than once when it was made twice. */
export function isDoubled(text: string): boolean {
  return ["'a'", "'b'"].some((mark) => text.split(mark).length > 2);
}
