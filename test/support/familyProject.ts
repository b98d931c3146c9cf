import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliProject, eventsOf } from './cliProcess.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/families');

interface TestCase {
  readonly id: string;
  readonly outcome: string;
}

/** One run of the command line on a family's project, as far as its events tell. */
export interface FamilyRun {
  readonly code: number | null;
  /** Everything that was printed, for messages. */
  readonly output: string;
  /** What the engine said. */
  readonly said: string;
  readonly ending: Readonly<Record<string, unknown>>;
  /** Paths of the proposals, in order. */
  readonly proposed: readonly string[];
  /** Outcome by id, for each test run that ended, in order. */
  readonly tests: readonly Readonly<Record<string, string>>[];
}

/** A fixture of `test/fixtures/families`, copied, with the command line that works on the copy. */
export class FamilyProject {
  readonly #folder: string;
  readonly #files: ReadonlyMap<string, string>;
  readonly #cli: CliProject;

  constructor(family: string) {
    this.#folder = join(fixtures, family);
    this.#files = filesBelow(this.#folder, '');
    this.#cli = new CliProject(Object.fromEntries(this.#files));
  }

  /** Applies what is verified. */
  async refactor(goal: string): Promise<FamilyRun> {
    const { code, stdout, stderr } = await this.#cli.run([
      'refactor',
      'src',
      '--goal',
      goal,
      '--apply',
      'verified',
      '--json',
    ]);
    const events = eventsOf(stdout);
    const said = events.map(({ kind, delta }) => (kind === 'text' ? String(delta) : '')).join('');
    return {
      code,
      output: `${said}\n${JSON.stringify(events.at(-1))}\n${stderr}`,
      said,
      ending: events.at(-1)?.['ending'] as FamilyRun['ending'],
      proposed: events.flatMap(({ kind, proposal }) => (kind === 'proposal' ? pathsOf(proposal) : [])),
      tests: events.flatMap(({ kind, run }) => (kind === 'testsFinished' ? [outcomesOf(run)] : [])),
    };
  }

  /**
   * The files that changed are exactly those with a reviewed text below `expected/`, and they hold that text. A missing text is
   * written (not where CI is set), as is any with UPDATE_GOLDEN=1; a difference leaves `.actual` beside the expected one.
   */
  assertExpected(changed: readonly string[]): void {
    const now = filesBelow(this.#cli.tree.root, '');
    const differing = [...new Set([...this.#files.keys(), ...now.keys()])].filter(
      (path) => now.get(path) !== this.#files.get(path),
    );
    for (const path of changed) assertGolden(join(this.#folder, 'expected', path), now.get(path) ?? '');
    assert.deepEqual(differing.sort(), [...changed].sort(), 'files that changed');
  }

  /** Bytes of everything in the project. */
  snapshot(): readonly string[] {
    return this.#cli.tree.snapshot();
  }

  /** Nothing that a run started or made is left. */
  assertClean(): void {
    assert.deepEqual(this.#cli.processes(), [], 'processes that are left');
    assert.deepEqual(this.#cli.temporaries(), [], 'temporary files that are left');
  }

  dispose(): void {
    this.#cli.dispose();
  }
}

function assertGolden(path: string, actual: string): void {
  const record = `${path}.actual`;
  rmSync(record, { force: true });
  const isMissing = !existsSync(path);
  assert.ok(!isMissing || process.env['CI'] === undefined, `${path} is missing`);
  if (isMissing || process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  const expected = readFileSync(path, 'utf8');
  if (actual === expected) return;
  writeFileSync(record, actual);
  assert.equal(actual, expected, `${path} (the other text is in .actual)`);
}

/** Texts by path; expectations are no part of the project. */
function filesBelow(root: string, folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const paths = entries
    .filter(({ name }) => folder !== '' || name !== 'expected')
    .flatMap((entry): readonly (readonly [string, string])[] => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? [...filesBelow(root, path)] : [[path, readFileSync(join(root, path), 'utf8')]];
    });
  return new Map(paths);
}

function pathsOf(proposal: unknown): readonly string[] {
  return (proposal as { changes: readonly { path: string }[] }).changes.map(({ path }) => path);
}

function outcomesOf(run: unknown): Readonly<Record<string, string>> {
  const { tests } = run as { tests?: readonly TestCase[] };
  return Object.fromEntries((tests ?? []).map(({ id, outcome }) => [id, outcome]));
}
