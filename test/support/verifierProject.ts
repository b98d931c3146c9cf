import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  lstatSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createProposal, type FileChange, type Proposal } from '../../src/edits/proposal.ts';
import { createVerifier, type DisposableVerifier, type VerifierOptions } from '../../src/verify/verifier.ts';
import type { CommandLine } from '../../src/workspace/approvals.ts';
import type { TestRun, Verdict } from '../../src/workspace/verification.ts';
import { TemporaryFolder } from './temporaryFolder.ts';

const repository = resolve(import.meta.dirname, '../..');

/** A project in a folder of its own, a second one for private copies, and a verifier over it with everything allowed. */
export class VerifierProject {
  readonly #folder = new TemporaryFolder();
  readonly root = join(this.#folder.path, 'project');
  /** Where private copies go; empty when none is there. */
  readonly copies = join(this.#folder.path, 'copies');
  readonly asked: { readonly command: CommandLine; readonly content: string }[] = [];
  readonly started: string[] = [];
  isAllowed = true;
  #verifier: DisposableVerifier | undefined;

  constructor() {
    mkdirSync(this.root);
    mkdirSync(this.copies);
  }

  /** Takes a folder of test/fixtures/runners, with the named packages of this repository installed. */
  useFixture(name: string, packages: readonly string[]): void {
    cpSync(join(repository, 'test/fixtures/runners', name), this.root, { recursive: true });
    this.install(packages);
  }

  install(packages: readonly string[]): void {
    for (const name of packages) {
      const link = join(this.root, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(repository, 'node_modules', name), link, 'junction');
    }
  }

  write(path: string, content: string | Uint8Array): void {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  verifier(more: Partial<VerifierOptions> = {}): DisposableVerifier {
    this.#verifier ??= createVerifier({
      root: this.root,
      documents: { unsaved: () => [] },
      approvals: {
        confirmCommand: async (command, content) => {
          this.asked.push({ command, content });
          return this.isAllowed;
        },
      },
      onRunStarted: (stage) => this.started.push(stage),
      temporaryFolder: this.copies,
      ...more,
    });
    return this.#verifier;
  }

  /** The proposal that replaces text in a file. */
  replacing(path: string, old: string, now: string): Proposal {
    return createProposal([this.edit(path, old, now)]);
  }

  edit(path: string, old: string, now: string): FileChange {
    const before = this.read(path);
    if (!before.includes(old)) throw new Error(`${path} does not hold ${old}`);
    const text = before.replaceAll(old, () => now);
    return { kind: 'edit', path, before: { text: before, hasBom: false }, after: { text, hasBom: false } };
  }

  async dispose(): Promise<void> {
    await this.#verifier?.dispose();
    this.#folder.dispose();
  }
}

/** Everything about a tree that a user could notice: names, kinds, permissions, times and bytes. */
export function fingerprint(root: string): string {
  const lines = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const absolute = join(root, path);
      const stat = lstatSync(absolute, { bigint: true });
      const content = stat.isSymbolicLink()
        ? readlinkSync(absolute)
        : stat.isFile()
          ? hash(readFileSync(absolute))
          : '';
      return `${path} ${stat.mode} ${stat.mtimeNs} ${stat.ino} ${content}`;
    });
  return lines.join('\n');
}

/** The verdict of a trial in a word: without mutants nothing is preserved that tests must speak for. */
export function trialWord({ kind, isPreliminary }: Verdict): string {
  return isPreliminary === true ? 'tests pass' : kind;
}

/** `id → outcome` of a finished run; what kind of run it was otherwise. */
export function outcomes(run: TestRun): Readonly<Record<string, string>> {
  if (run.kind !== 'finished') return { [run.kind]: JSON.stringify(run) };
  return Object.fromEntries(run.tests.map((test) => [test.id, test.outcome]));
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
