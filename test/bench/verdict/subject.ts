import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createProposal, type FileChange, type Proposal } from '../../../src/edits/proposal.ts';

const repository = resolve(import.meta.dirname, '../../..');
const folder = join(repository, 'test/fixtures/subjects');

/** A small project with tests of its own, which all pass. */
export interface Subject {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  /** How its tests are run by hand; a first word `node` is this process's Node. */
  readonly command: readonly [string, ...string[]];
  /** Packages of this repository that it needs. */
  readonly packages: readonly string[];
  /** Where it lies with everything that belongs to it, when it is a project of somebody else. */
  readonly checkout?: string;
  /** The verifier is told the command too, as by a user who has set it. */
  readonly isConfigured?: boolean;
  /** For one run of its tests, in ms, where they are not over in a few seconds. */
  readonly timeLimitMs?: number;
}

/** One change to a subject. */
export interface Candidate {
  readonly subject: Subject;
  /** What kind of change it is, for the table. */
  readonly family: string;
  /** What is done where, for people. */
  readonly note: string;
  readonly proposal: Proposal;
}

const byRunner: Readonly<Record<string, Pick<Subject, 'command' | 'packages'>>> = {
  vitest: { command: ['node', 'node_modules/vitest/vitest.mjs', 'run'], packages: ['vitest'] },
  jest: { command: ['node', 'node_modules/jest/bin/jest.js'], packages: ['jest'] },
  mocha: { command: ['node', 'node_modules/mocha/bin/mocha.js', 'test'], packages: ['mocha'] },
  pytest: { command: ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider'], packages: [] },
};

/** The subjects of this repository; the runner is told by the end of the name, and is node:test otherwise. */
export function ownSubjects(): readonly Subject[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const runner = byRunner[name.split('-').at(-1) ?? ''] ?? { command: ['node', '--test'] as const, packages: [] };
      return { name, files: filesBelow(join(folder, name)), ...runner };
    });
}

/**
 * Projects of somebody else, with what they need installed: the folder itself when it has a package.json, or else all folders in it that have
 * one. Without a command it is the first one of `npm test`.
 */
export function projectsIn(path: string, command: Subject['command'] | undefined): readonly Subject[] {
  const all = existsSync(join(path, 'package.json'))
    ? [resolve(path)]
    : readdirSync(path).map((name) => resolve(path, name));
  return all
    .filter((checkout) => existsSync(join(checkout, 'package.json')))
    .map((checkout) => ({
      name: basename(checkout),
      files: filesBelow(checkout),
      command: command ?? commandIn(checkout),
      packages: [],
      checkout,
      isConfigured: true,
      timeLimitMs: 90_000,
    }));
}

/** Puts the files of a subject into an empty folder. */
export function layOut({ files, packages, checkout }: Subject, root: string): void {
  if (checkout !== undefined) {
    const isOwn = (path: string): boolean => !['node_modules', '.git'].includes(basename(path));
    cpSync(checkout, root, { recursive: true, filter: isOwn, verbatimSymlinks: true });
    const installed = join(checkout, 'node_modules');
    if (existsSync(installed)) symlinkSync(installed, join(root, 'node_modules'), 'junction');
    return;
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const name of packages) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name), 'junction');
  }
}

/** Paths of the code, without its tests. */
export function sourcesOf({ files }: Subject): readonly string[] {
  const isAside = (path: string): boolean =>
    /config|\.d\.[cm]?ts$|(^|\/)(examples?|bench(marks?)?|docs?|scripts?|coverage|dist)\//.test(path);
  return [...files.keys()].filter((path) => /\.([cm]?[jt]s|py)$/.test(path) && !isTest(path) && !isAside(path));
}

export function isTest(path: string): boolean {
  return /(^|\/)(__)?tests?(__)?\/|[._]test\.|[._]spec\.|^test_/.test(path);
}

/** The change that gives files other texts; files that are not there yet are created. */
export function candidate(
  subject: Subject,
  family: string,
  note: string,
  texts: ReadonlyMap<string, string>,
): Candidate {
  const changes = [...texts].map(([path, text]): FileChange => {
    const before = subject.files.get(path);
    const after = { text, hasBom: false };
    return before === undefined
      ? { kind: 'create', path, after }
      : { kind: 'edit', path, before: { text: before, hasBom: false }, after };
  });
  return { subject, family, note, proposal: createProposal(changes) };
}

function filesBelow(root: string): ReadonlyMap<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/(^|[\\/])(node_modules|\.git|__pycache__)([\\/]|$)/.test(entry.parentPath))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** The first program of `npm test`, from the packages of the project where it is not Node itself. */
function commandIn(checkout: string): Subject['command'] {
  const manifest: unknown = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const scripts = isRecord(manifest) && isRecord(manifest['scripts']) ? manifest['scripts'] : {};
  const script = scripts['test'];
  const [first = ''] = typeof script === 'string' ? script.split('&&') : [];
  const [program = '', ...args] = first.trim().split(/\s+/);
  if (program === 'node') return ['node', ...args];
  const installed = `node_modules/.bin/${program}`;
  if (program === '' || !existsSync(join(checkout, installed)))
    throw new Error(`${checkout}: give the command of its tests with --command.`);
  return ['node', installed, ...args];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
