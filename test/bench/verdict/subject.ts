import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

/** Projects of somebody else: every folder of `path` that has a package.json, with the command that is given for all of them. */
export function projectsIn(path: string, command: Subject['command']): readonly Subject[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(path, entry.name)).includes('package.json'))
    .map(({ name }) => ({ name, files: filesBelow(join(path, name)), command, packages: packagesOf(command) }));
}

/** Puts the files of a subject into an empty folder. */
export function layOut({ files, packages }: Subject, root: string): void {
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
  return [...files.keys()].filter((path) => /\.([cm]?[jt]s|py)$/.test(path) && !isTest(path) && !/config/.test(path));
}

export function isTest(path: string): boolean {
  return /(^|\/)tests?\/|[._]test\.|[._]spec\.|^test_/.test(path);
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

function packagesOf(command: Subject['command']): readonly string[] {
  return command.flatMap((word) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(word)?.[1] ?? []);
}
