import type { OddAnswer } from './oddAnswer.ts';
import { oddCalls } from './oddCalls.ts';
import { oddTexts } from './oddTexts.ts';

/** The tools that are offered: `read` requires a path, `look` nothing, `read_lines` a path and takes numbers. */
export const oddTools = [
  ['read', { path: { type: 'string' } }, ['path']],
  ['look', {}, []],
  ['read_lines', { path: { type: 'string' }, from: { type: 'integer' } }, ['path']],
].map(([name, properties, required]) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties, required },
}));

/** All of them. */
export const oddAnswers: readonly OddAnswer[] = [...oddCalls, ...oddTexts];
