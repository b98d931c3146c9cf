import { baseName } from './programName.ts';
import { plainWord, type Word } from './scriptText.ts';

/** A start of Node: its options end at its script. */
export interface NodeStart {
  readonly program: Word;
  readonly options: readonly Word[];
  /** Empty without a script. */
  readonly script: readonly Word[];
}

/** Reads `node …`, and `tsx …` as a Node that has tsx imported; undefined for every other command. */
export function nodeStart([program, ...args]: readonly Word[]): NodeStart | undefined {
  if (program === undefined) return undefined;
  const name = baseName(program.text);
  if (name === 'node') return { program, ...splitNodeArguments(args) };
  if (name !== 'tsx') return undefined;
  const withTsx = [plainWord('--import'), plainWord('tsx'), ...(args[0]?.text === 'watch' ? args.slice(1) : args)];
  return { program: plainWord('node'), ...splitNodeArguments(withTsx) };
}

/** Whether Node itself runs the tests: what follows its options is files of tests then, and no script. */
export function runsTestsItself({ options }: Pick<NodeStart, 'options'>): boolean {
  return options.some(({ text }) => text === '--test');
}

/** Options of `node` whose value may be the next word. */
const nodeValued = new Set([
  ...['--import', '--require', '-r', '--loader', '--experimental-loader', '--conditions', '-C', '--env-file'],
  ...['--test-name-pattern', '--test-skip-pattern', '--test-concurrency', '--test-timeout', '--test-shard'],
  ...['--test-reporter', '--test-reporter-destination', '--input-type', '--stack-trace-limit', '--test-isolation'],
]);

/** Parts the arguments of `node` at its script; without a script all are options. */
export function splitNodeArguments(args: readonly Word[]): Pick<NodeStart, 'options' | 'script'> {
  let at = 0;
  while (at < args.length) {
    const text = args[at]?.text ?? '';
    if (!text.startsWith('-')) break;
    at += nodeValued.has(text) ? 2 : 1;
  }
  return { options: args.slice(0, at), script: args.slice(at) };
}
