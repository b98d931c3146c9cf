import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { touchedPaths, type Proposal } from '../../../edits/proposal.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import { scanTree } from '../../copy/scanTree.ts';
import { pathsAfter } from '../../copy/layProposal.ts';
import type { TestPlan } from '../../../runners/testPlan.ts';
import { dependentsOf } from './importGraph.ts';
import { relatedPlan } from '../../../runners/plans/relatedPlan.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** When more of the tests than this share have to do with a change, running them first gains nothing. */
const maxShare = 0.6;

/** A plan of the tests in `dir` that have to do with a proposal; undefined when there is none that is worth while. Rejects only by cancellation. */
export async function findRelated(
  plan: TestPlan,
  dir: string,
  proposal: Proposal,
  before: Finished,
  signal: AbortSignal,
): Promise<TestPlan | undefined> {
  const files = [...(await scanTree(dir, signal)).entries].flatMap(([path, { kind }]) =>
    kind === 'file' ? [path] : [],
  );
  const reached = await dependentsOf(dir, files, touchedPaths(proposal), signal);
  if (reached === undefined) return undefined;
  const there = new Set(files);
  const found = before.tests.filter(({ id }) => reached.has(fileOf(id)));
  if (found.length > maxShare * before.tests.length) return undefined;
  // What is only there before the change, or only after it, would not choose the same tests both times.
  const changed = pathsAfter(proposal).filter((path) => there.has(path));
  if (changed.length === 0) return undefined;
  return relatedPlan(plan, {
    dir,
    changed,
    files: [...new Set(found.map(({ id }) => fileOf(id)))].filter((path) => there.has(path)),
    names: found.map(({ id }) => nameOf(id)),
  });
}

/** A plan of the tests in some files of `dir`; undefined when the runner cannot be told which, or they are nearly all. */
export function planOfFiles(
  plan: TestPlan,
  dir: string,
  files: readonly RelativePath[],
  { tests }: Finished,
): TestPlan | undefined {
  const wanted = new Set(files);
  const found = tests.filter(({ id }) => wanted.has(fileOf(id)));
  if (found.length === 0 || found.length > maxShare * tests.length) return undefined;
  const there = files.filter((path) => existsSync(join(dir, path)));
  const names = found.map(({ id }) => nameOf(id));
  return relatedPlan(plan, { dir, changed: [], files: there, names, isExact: true });
}

function fileOf(id: string): RelativePath {
  return id.split(' › ', 1)[0] ?? '';
}

/** Suites and name, without the file and the number of one among several of the same name. */
function nameOf(id: string): string {
  return id
    .replace(/ #\d+$/, '')
    .split(' › ')
    .slice(1)
    .join(' ');
}
