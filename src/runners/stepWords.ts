import { plainWord, type Word } from './scripts/scriptText.ts';
import type { TestStep } from './testPlan.ts';

/** The step with further words at its end. */
export function appended(step: TestStep, words: readonly string[]): TestStep {
  return { ...step, argv: [...step.argv, ...words.map(plainWord)] };
}

/** The step with further words behind its first ones. */
export function afterFirst(step: TestStep, count: number, words: readonly string[]): TestStep {
  const own: readonly Word[] = words.map(plainWord);
  return { ...step, argv: [...step.argv.slice(0, count), ...own, ...step.argv.slice(count)] };
}

/** The step with further words behind the one that ends like this; as it is where there is none. */
export function afterWord(step: TestStep, mark: string, words: readonly string[]): TestStep {
  const at = step.argv.findIndex(({ text }) => text.endsWith(mark)) + 1;
  return at === 0 ? step : afterFirst(step, at, words);
}

/** Words that choose files, or that are values of options: which of both cannot be told. */
export function hasPlainWords(words: readonly Word[]): boolean {
  return words.some(({ text }) => !text.startsWith('-'));
}

/** A pattern that only this text matches; white space in it stands for any. */
export function patternOf(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+');
}
