import { reporterMark, reportMark } from '../testPlan.ts';
import { plainWord, type Word } from '../scripts/scriptText.ts';

/** Options that are taken out of a command, so that it runs once, in full, and writes results that can be read. */
interface Unwanted {
  /** Options without a value of their own; `--name=value` is taken out too. */
  readonly bare: readonly string[];
  /** Options whose value may be the next word. */
  readonly valued: readonly string[];
  /** Options by how they begin. */
  readonly prefixes: readonly string[];
}

const vitestUnwanted: Unwanted = {
  bare: ['--run', '--watch', '-w', '--ui', '--open', '--coverage', '--changed', '--update', '-u'],
  valued: ['--reporter', '--outputFile', '--bail'],
  prefixes: ['--coverage.', '--outputFile.', '--reporter='],
};

const jestUnwanted: Unwanted = {
  bare: [
    ...['--watch', '--watchAll', '--coverage', '--collectCoverage', '--json', '--onlyChanged', '-o', '--lastCommit'],
    ...['--changedFilesWithAncestor', '--notify', '--updateSnapshot', '-u', '--ci', '--bail', '-b', '--watchman'],
    ...['--onlyFailures', '-f'],
  ],
  valued: ['--outputFile', '--changedSince', '--reporters', '--coverageReporters', '--coverageDirectory'],
  prefixes: ['--collectCoverageFrom'],
};

const mochaUnwanted: Unwanted = {
  bare: ['--watch', '-w', '--bail', '-b'],
  valued: ['--reporter', '-R', '--reporter-option', '--reporter-options', '-O'],
  prefixes: [],
};

const nodeUnwanted: Unwanted = {
  bare: ['--watch', '--experimental-test-coverage', '--test-update-snapshots'],
  valued: ['--test-reporter', '--test-reporter-destination'],
  prefixes: ['--test-coverage-', '--watch-'],
};

const pytestUnwanted: Unwanted = {
  bare: ['-x', '--exitfirst', '--lf', '--last-failed', '--ff', '--failed-first', '--sw', '--stepwise', '--cov'],
  valued: ['--junitxml', '--junit-xml', '--maxfail'],
  prefixes: ['--cov-', '--cov='],
};

const avaUnwanted: Unwanted = {
  bare: ['--tap', '-t', '--watch', '-w', '--update-snapshots', '-u', '--fail-fast', '--verbose', '-v'],
  valued: [],
  prefixes: [],
};

const unittestUnwanted: Unwanted = { bare: ['-f', '--failfast', '-c', '--catch'], valued: [], prefixes: [] };

const goUnwanted: Unwanted = {
  bare: ['-json', '-v', '-cover', '-failfast', '-c', '-n', '-x', '-fullpath'],
  valued: ['-coverprofile', '-covermode', '-coverpkg', '-o', '-outputdir'],
  prefixes: ['-v='],
};

const cargoUnwanted: Unwanted = {
  bare: ['--no-fail-fast', '--no-run', '-q', '--quiet', '-v', '--verbose', '-vv'],
  valued: ['--message-format', '--color'],
  prefixes: [],
};

export function avaArguments(args: readonly Word[]): readonly Word[] {
  return [plainWord('--tap'), ...without(args, avaUnwanted)];
}

/** Arguments of `python`: our program stands in for `-m unittest`. */
export function unittestArguments(args: readonly Word[]): readonly Word[] {
  return [...[reporterMark, reportMark].map(plainWord), ...without(args, unittestUnwanted)];
}

/** What follows `go test`; every package when none is named. */
export function goTestArguments(args: readonly Word[]): readonly Word[] {
  const rest = without(args, goUnwanted);
  return [plainWord('-json'), ...(rest.length === 0 ? [plainWord('./...')] : rest)];
}

/** What follows `cargo test`; the arguments of the tests themselves stay. */
export function cargoTestArguments(args: readonly Word[]): readonly Word[] {
  return [...['--no-fail-fast', '--color=never'].map(plainWord), ...without(args, cargoUnwanted)];
}

export function vitestArguments(args: readonly Word[]): readonly Word[] {
  const [first] = args;
  const rest = first !== undefined && ['run', 'watch', 'dev'].includes(first.text) ? args.slice(1) : args;
  const own = ['run', '--reporter=json', `--outputFile=${reportMark}`, '--coverage.enabled=false'];
  return [...own.map(plainWord), ...without(rest, vitestUnwanted)];
}

export function jestArguments(args: readonly Word[]): readonly Word[] {
  const own = ['--ci', '--json', `--outputFile=${reportMark}`, '--coverage=false', '--watchman=false'];
  return [...own.map(plainWord), ...without(args, jestUnwanted)];
}

export function mochaArguments(args: readonly Word[]): readonly Word[] {
  const own = ['--reporter', 'json', '--reporter-option', `output=${reportMark}`];
  return [...own.map(plainWord), ...without(args, mochaUnwanted)];
}

/** Arguments of `node` itself; results are asked for before everything else, where they cannot be taken for the script's. */
export function nodeTestArguments(args: readonly Word[]): readonly Word[] {
  const own = [`--test-reporter=${reporterMark}`, `--test-reporter-destination=${reportMark}`];
  return [...own.map(plainWord), ...without(args, nodeUnwanted)];
}

export function pytestArguments(args: readonly Word[]): readonly Word[] {
  const own = [`--junitxml=${reportMark}`, '-o', 'junit_family=xunit1'];
  return [...own.map(plainWord), ...without(args, pytestUnwanted)];
}

/** Options of `node` whose value may be the next word. */
const nodeValued = new Set([
  ...['--import', '--require', '-r', '--loader', '--experimental-loader', '--conditions', '-C', '--env-file'],
  ...['--test-name-pattern', '--test-skip-pattern', '--test-concurrency', '--test-timeout', '--test-shard'],
  ...['--test-reporter', '--test-reporter-destination', '--input-type', '--stack-trace-limit', '--test-isolation'],
]);

/** Parts the arguments of `node` at its script; without a script all are options. */
export function splitNodeArguments(args: readonly Word[]): {
  readonly options: readonly Word[];
  readonly script: readonly Word[];
} {
  let at = 0;
  while (at < args.length) {
    const text = args[at]?.text ?? '';
    if (!text.startsWith('-')) break;
    at += nodeValued.has(text) ? 2 : 1;
  }
  return { options: args.slice(0, at), script: args.slice(at) };
}

function without(args: readonly Word[], unwanted: Unwanted): Word[] {
  const kept: Word[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at];
    if (word === undefined) break;
    if (word.text === '--') return [...kept, ...args.slice(at)];
    const [name = ''] = word.text.split('=', 1);
    if (unwanted.bare.includes(name) || unwanted.prefixes.some((prefix) => word.text.startsWith(prefix))) continue;
    if (unwanted.valued.includes(name)) {
      const next = args[at + 1]?.text;
      if (name === word.text && next !== undefined && !next.startsWith('-')) at += 1;
      continue;
    }
    kept.push(word);
  }
  return kept;
}
