import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import { splitNodeArguments } from './runnerArguments.ts';
import { plainWord, type Word } from '../scripts/scriptText.ts';
import type { TestPlan, TestStep } from '../testPlan.ts';

export interface RelatedTests {
  /** Where the tests run. */
  readonly dir: string;
  /** What is changed, as it is called there now. */
  readonly changed: readonly RelativePath[];
  /** Test files that are known to depend on it, by the imports in their texts. */
  readonly files: readonly RelativePath[];
  /** Names of the tests in these, suites first, joined by blanks. */
  readonly names: readonly string[];
  /** These files alone are wanted, and not what a runner itself takes for related. */
  readonly isExact?: boolean;
}

/** The longest pattern that is handed to a runner. */
const maxPattern = 60_000;

/** Options by which somebody chose among the tests already. */
const selects =
  /^(-t|--testNamePattern|-g|--grep|-f|--fgrep|-i|--invert|--test-(name|skip)-pattern|--test-only|-k|-m|--findRelatedTests|--changed|--testPathPatterns?|--runTestsByPath|--shard)(=|$)/;

/**
 * The plan with only those tests that have to do with a change, undefined when the runner cannot be told which. Fewer or more may run than
 * that: what such a run shows of a single test is true, what it does not show is not known.
 */
export function relatedPlan(plan: TestPlan, related: RelatedTests): TestPlan | undefined {
  const runners = plan.steps.filter(({ runner }) => runner !== 'prepare');
  const [only] = runners;
  if (only === undefined || runners.length !== 1 || only.cwd !== '') return undefined;
  const step = relatedStep(only, related);
  return step && { ...plan, steps: plan.steps.map((one) => (one === only ? step : one)) };
}

function relatedStep(step: TestStep, related: RelatedTests): TestStep | undefined {
  const own = step.runner === 'pytest' ? step.argv.slice(3) : step.argv;
  if (own.some(({ text }) => selects.test(text))) return undefined;
  switch (step.runner) {
    case 'vitest':
      return vitestStep(step, related);
    case 'jest':
      return jestStep(step, related);
    case 'mocha':
      return mochaStep(step, related);
    case 'nodeTest':
      return nodeTestStep(step, related);
    case 'pytest':
      return pytestStep(step, related);
    case 'ava':
      return related.isExact === true ? avaStep(step, related) : undefined;
    case 'unittest':
    case 'goTest':
    case 'cargoTest':
    case 'command':
    case 'prepare':
      return undefined;
  }
}

/** Vitest and jest know themselves what imports what. */
function vitestStep(step: TestStep, { changed, files, isExact }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === 'run');
  if (at === -1 || hasPlainWords(step.argv.slice(at + 1))) return undefined;
  if (isExact === true) return { ...step, argv: [...step.argv, ...files.map(plainWord)] };
  const words = ['--run', '--passWithNoTests', ...changed].map(plainWord);
  return { ...step, argv: [...step.argv.slice(0, at), plainWord('related'), ...step.argv.slice(at + 1), ...words] };
}

function jestStep(step: TestStep, { changed, files, isExact }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === '--ci');
  if (at === -1 || hasPlainWords(step.argv.slice(at))) return undefined;
  if (isExact === true) return { ...step, argv: [...step.argv, ...['--runTestsByPath', ...files].map(plainWord)] };
  const words = ['--passWithNoTests', '--findRelatedTests', ...changed].map(plainWord);
  return { ...step, argv: [...step.argv, ...words] };
}

/** Files that mocha's configuration names are always loaded: the tests of the others are passed over. */
function mochaStep(step: TestStep, { names }: RelatedTests): TestStep | undefined {
  const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+'));
  const pattern = `^(?:${[...new Set(escaped)].join('|')})$`;
  if (names.length === 0 || pattern.length > maxPattern) return undefined;
  return { ...step, argv: [...step.argv, ...['--grep', pattern].map(plainWord)] };
}

function avaStep(step: TestStep, { files }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => text === '--tap');
  if (at === -1 || files.length === 0 || hasPlainWords(step.argv.slice(at + 1))) return undefined;
  return { ...step, argv: [...step.argv, ...files.map(plainWord)] };
}

function nodeTestStep(step: TestStep, { files }: RelatedTests): TestStep | undefined {
  const [program, ...args] = step.argv;
  const { options } = splitNodeArguments(args);
  if (program === undefined || files.length === 0 || !options.some(({ text }) => text === '--test')) return undefined;
  return { ...step, argv: [program, ...options, ...files.map(plainWord)] };
}

function pytestStep(step: TestStep, { dir, files }: RelatedTests): TestStep | undefined {
  const at = step.argv.findIndex(({ text }) => /^(.*\/)?(pytest|py\.test)$/.test(text));
  if (at === -1 || files.length === 0) return undefined;
  const options: Word[] = [];
  const rest = step.argv.slice(at + 1);
  for (const [index, word] of rest.entries()) {
    const isOption = word.text.startsWith('-');
    const before = rest[index - 1]?.text ?? '';
    // The one option of ours that has its value behind it.
    const isValue = before === '-o';
    if (isOption || isValue) options.push(word);
    else if ((before.startsWith('-') && !before.includes('=')) || !existsSync(join(dir, word.text))) return undefined;
  }
  return { ...step, argv: [...step.argv.slice(0, at + 1), ...options, ...files.map(plainWord)] };
}

/** Words that choose files, or that are values of options: which of both cannot be told. */
function hasPlainWords(words: readonly Word[]): boolean {
  return words.some(({ text }) => !text.startsWith('-'));
}
