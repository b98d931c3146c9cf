import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parseGoTestJson } from './reports/goTestJson.ts';
import { readsSpoken } from './reports/readReport.ts';
import type { Argv, CommandPlace, MeasuredFolder, Recognised, Runner, TestName } from './runner.ts';
import { folderBelow } from './scripts/folderBelow.ts';
import { baseName } from './scripts/programName.ts';
import { hasProjectFile } from './scripts/projectFiles.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { afterFirst, afterWord, patternOf } from './stepWords.ts';
import type { TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['-json', '-v', '-cover', '-failfast', '-c', '-n', '-x', '-fullpath'],
  valued: ['-coverprofile', '-covermode', '-coverpkg', '-o', '-outputdir'],
  prefixes: ['-v='],
};

export const goTest: Runner = {
  name: 'goTest',
  title: 'go test',
  programs: ['go'],
  recognise,
  findInFolder: (root) => (hasProjectFile(root, 'go.mod') ? ['go', 'test', './...'] : undefined),
  bailed: (step) => afterWord(step, '-json', ['-failfast']),
  // It repeats its results of a program that is built to the same bytes. Before the words of the project, of which the last one holds.
  anew: (step) => afterFirst(step, 2, ['-count=1']),
  without: (step, { names }) =>
    afterFirst(step, 2, [`-skip=${names.map((name) => pattern(name.at(-1) ?? '')).join('|')}`]),
  // Before 1.20 it leaves out nothing by name: it can be told what to take.
  withOnly,
  speaksResults: true,
  offline: { GOPROXY: 'off' },
  cache: {
    folder: 'go-cache',
    usersOwn,
    holds: /^[0-9a-f]{2}$/,
    variables: (folder) => ({ GOCACHE: folder }),
  },
  progress: { kind: 'speaks', line: /^\{.*"Action":"(pass|fail|skip)".*"Test":/ },
  measured,
  read: readsSpoken(parseGoTestJson, /no packages to test|matched no packages/),
};

/**
 * `go test …`; every package when none is named. `-C` holds only as the first word behind it, where words of ours may come: the folder is
 * entered without it.
 */
function recognise([program, verb, ...args]: readonly Word[], { cwd }: CommandPlace): Recognised | undefined {
  if (program === undefined || baseName(program.text) !== 'go' || verb?.text !== 'test') return undefined;
  const [, folder, isNext] = /^--?C(?:=(.*)|($))/s.exec(args[0]?.text ?? '') ?? [];
  const target = isNext === undefined ? folder : args[1]?.text;
  const entered = target === undefined ? cwd : folderBelow(cwd, target);
  if (entered === undefined) return undefined;
  const own = target === undefined ? args : args.slice(isNext === undefined ? 1 : 2);
  const rest = withoutUnwanted(own, unwanted);
  const packages = rest.length === 0 ? [plainWord('./...')] : rest;
  const argv = [program, plainWord('test'), plainWord('-json'), ...packages];
  return { kind: 'runner', runner: goTest.name, argv, cwd: entered };
}

/** A test and those above it, each by itself. */
function pattern(name: string): string {
  return name
    .split('/')
    .map((part) => `^${patternOf(part)}$`)
    .join('/');
}

function withOnly(step: TestStep, kept: readonly TestName[], left: readonly TestName[]): TestStep | undefined {
  const topOf = (name: TestName): string => name.at(-1)?.split('/')[0] ?? '';
  const others = new Set(left.map(topOf));
  const names = new Set(kept.map(topOf).filter((name) => name !== '' && !others.has(name)));
  return names.size === 0 ? undefined : afterFirst(step, 2, [`-run=^(${[...names].map(patternOf).join('|')})$`]);
}

function measured([program, test = 'test', ...args]: Argv, { folder, step }: MeasuredFolder): Promise<Argv> {
  const profile = join(folder, `go-${step}.out`);
  return Promise.resolve([program, test, `-coverprofile=${profile}`, '-coverpkg=./...', ...args]);
}

function usersOwn(env: NodeJS.ProcessEnv): string {
  const named = env['GOCACHE'];
  if (named !== undefined && isAbsolute(named)) return named;
  const base = env['XDG_CACHE_HOME'];
  const caches = base !== undefined && isAbsolute(base) ? base : join(env['HOME'] ?? homedir(), '.cache');
  return join(caches, 'go-build');
}
