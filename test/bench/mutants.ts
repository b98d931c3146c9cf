import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVerifier } from '../../src/verify/verifier.ts';
import { billing } from './mutants/billing.ts';
import type { EditedProject } from './mutants/edit.ts';
import { editCandidate, editedSubject, type Strength } from './mutants/editedSubjects.ts';
import { ledger } from './mutants/ledger.ts';
import { texts } from './mutants/texts.ts';
import { tableText } from './table.ts';
import { InPlace } from './verdict/independent.ts';
import { layOut } from './verdict/subject.ts';
import { reasonsOf, type Row } from './verdict/table.ts';

/**
 * `npm run bench:mutants [-- --project NAME] [--side treacherous|honest] [--every N] [--truth] [--verbose]`: what the verifier says of edits
 * that make Python and Go programs other ones under tests that execute all and assert next to nothing, and of refactorings under
 * decent tests. `--every N` takes each Nth edit; with `--truth` the decent tests say first of each whether it is what it is said to be.
 * Ends with exit code 1 on any treacherous one that is PRESERVED, and when too few honest ones are.
 */
const { values } = parseArgs({
  options: {
    project: { type: 'string' },
    side: { type: 'string' },
    every: { type: 'string', default: '1' },
    truth: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
/** The share of honest edits, in percent, that must be PRESERVED. */
const floor = 95;
const { signal } = new AbortController();
const projects = [billing, texts, ledger].filter(({ name }) => values.project === undefined || name === values.project);
const startedAt = Date.now();
const folder = await mkdtemp(join(tmpdir(), 'whetstone-bench-mutants-'));
try {
  const measured = [];
  for (const project of projects)
    for (const side of ['treacherous', 'honest'] as const)
      if (values.side === undefined || side === values.side)
        measured.push({ project, side, rows: await judged(project, side) });
  report(measured);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function judged(project: EditedProject, side: 'treacherous' | 'honest'): Promise<readonly Row[]> {
  const strength: Strength = side === 'treacherous' ? 'weak' : 'decent';
  const subject = editedSubject(project, strength);
  const root = join(folder, subject.name, 'workspace');
  const temporaryFolder = join(folder, subject.name, 'copies');
  for (const path of [root, temporaryFolder]) mkdirSync(path, { recursive: true });
  layOut(subject, root);
  const verifier = createVerifier({
    root,
    documents: { unsaved: (): [] => [] },
    approvals: { confirmCommand: async (): Promise<boolean> => true },
    temporaryFolder,
    timeLimitMs: subject.timeLimitMs ?? 60_000,
  });
  const rows: Row[] = [];
  try {
    for (const [index, one] of project[side].entries()) {
      if (index % Number(values.every) !== 0) continue;
      if (values.truth) await checkTruth(project, side, index);
      const { proposal, family, note } = editCandidate(project, subject, one);
      const { verdict } = await verifier.examine(proposal, signal);
      rows.push({ subject: subject.name, family, note, verdict, isCovered: true });
      const isWanted = (verdict.kind === 'preserved') === (side === 'honest');
      if (values.verbose || !isWanted)
        console.log(`${subject.name}: ${family}, ${note}: ${verdict.kind.toUpperCase()} ${verdict.reasons.join(' ')}`);
    }
  } finally {
    await verifier.dispose();
  }
  return rows;
}

async function checkTruth(project: EditedProject, side: 'treacherous' | 'honest', index: number): Promise<void> {
  const one = project[side][index];
  if (one === undefined) return;
  const decent = editedSubject(project, 'decent');
  const inPlace = new InPlace(decent, join(folder, 'truth'), 60_000);
  const colour = await inPlace.colour(editCandidate(project, decent, one).proposal);
  const expected = side === 'honest' ? 'green' : 'red';
  if (colour !== expected)
    throw new Error(`${project.name}: ${one.note} is ${colour} under decent tests: ${one.pieces[0]?.[0]}`);
}

function report(
  measured: readonly { readonly project: EditedProject; readonly side: string; readonly rows: readonly Row[] }[],
): void {
  const line = ({ project, side, rows }: (typeof measured)[number]): readonly string[] => {
    const of = (kind: string): string => String(rows.filter(({ verdict }) => verdict.kind === kind).length);
    const tests = side === 'honest' ? 'decent' : 'weak';
    return [
      project.language,
      project.runner,
      side,
      tests,
      String(rows.length),
      of('preserved'),
      of('unproven'),
      of('broken'),
    ];
  };
  const head = ['Language', 'Runner', 'Edits', 'Tests', 'Number', 'PRESERVED', 'UNPROVEN', 'BROKEN'];
  console.log(`\n${tableText([head, ...measured.map(line)])}`);
  const rowsOf = (side: string): readonly Row[] =>
    measured.filter((one) => one.side === side).flatMap(({ rows }) => rows);
  const isPreserved = ({ verdict }: Row): boolean => verdict.kind === 'preserved';
  const wrong = rowsOf('treacherous').filter(isPreserved);
  const honest = rowsOf('honest');
  const share = honest.length === 0 ? 100 : (100 * honest.filter(isPreserved).length) / honest.length;
  console.log(
    `\nwrong PRESERVED: ${wrong.length} of ${rowsOf('treacherous').length}; honest PRESERVED: ${share.toFixed(1)} %`,
  );
  const rest = honest.filter((row) => !isPreserved(row));
  if (rest.length > 0) console.log(`\nhonest ones that are not PRESERVED, by reason\n${reasonsOf(rest)}`);
  console.log(`took ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  if (wrong.length > 0 || share < floor) process.exitCode = 1;
}
