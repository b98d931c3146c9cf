import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createVerifier } from '../../../src/verify/verifier.ts';
import type { Base } from './bases.ts';
import { proposalOf } from './proposals.ts';
import type { Judged } from './trials.ts';
import type { TestChange } from './weakenings.ts';

const repository = resolve(import.meta.dirname, '../../..');

export interface RunningOptions {
  readonly folder: string;
  /** For finding out whether changed tests notice less, in ms. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** The verdict on a change to tests where they may be changed, from the real runner; a PRESERVED is `passed`. */
export async function judgeByRunning(
  change: TestChange,
  index: number,
  { folder, budgetMs, signal }: RunningOptions,
): Promise<Judged> {
  const root = join(folder, `${index}`, 'workspace');
  layOut(change.base, root);
  const verifier = createVerifier({
    root,
    documents: { unsaved: () => [] },
    approvals: { confirmCommand: async () => true, allowsTestEdits: () => true },
    temporaryFolder: dirname(root),
    sensitivityMs: budgetMs,
  });
  try {
    const baseline = await verifier.baseline(signal);
    const passes = baseline.kind === 'finished' && baseline.tests.every(({ outcome }) => outcome === 'passed');
    if (!passes) throw new Error(`${change.base.runner}: its tests do not pass: ${JSON.stringify(baseline)}`);
    const { verdict } = await verifier.examine(proposalOf(change), signal);
    const kind = verdict.kind === 'preserved' ? 'passed' : verdict.kind;
    return { change, kind, reason: verdict.reasons[0] ?? '' };
  } finally {
    await verifier.dispose();
  }
}

/** Whether the runner of a base is there. */
export function isInstalled({ runner }: Base): boolean {
  const programs: Readonly<Record<string, readonly [string, ...string[]]>> = {
    pytest: ['python3', '-c', 'import pytest'],
    unittest: ['python3', '-c', 'import unittest'],
    'go test': ['go', 'version'],
    'cargo test': ['cargo', '--version'],
  };
  if (runner === 'ava') return false;
  const [program, ...args] = programs[runner] ?? [process.execPath, '--version'];
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function layOut({ files, packages }: Base, root: string): void {
  mkdirSync(root, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const name of packages) {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name), 'junction');
  }
}
