import type { Evidence } from '../../workspace/verification.ts';
import { commandTestId } from '../../runners/command.ts';
import { few, plural } from '../../util/wording.ts';
import { executionFiles } from './demanded.ts';
import { executedLines } from './executed.ts';
import { steadyPasses } from './testReasons.ts';

const blindReason = 'The test command ended without an error before and after; single tests are not known.';

/** All that is known is how a command ended. */
function isBlind({ before }: Evidence['tests']): boolean {
  return before.kind === 'finished' && isBlindRun(before);
}

function isBlindRun({ tests }: Extract<Evidence['tests']['before'], { kind: 'finished' }>): boolean {
  return tests.length === 1 && tests[0]?.id === commandTestId;
}

/** How many tests pass that were not there before. */
function newPasses({ before, after }: Evidence['tests']): number {
  if (before.kind !== 'finished' || after.kind !== 'finished' || isBlindRun(before)) return 0;
  const known = new Set(before.tests.map(({ id }) => id));
  return after.tests.filter(({ id, outcome }) => outcome === 'passed' && !known.has(id)).length;
}

/** What speaks for a change against which nothing speaks; never empty. */
export function supportOf(evidence: Evidence): readonly string[] {
  const { tests, files, checks, coverage, sensitivity } = evidence;
  const reasons: string[] = [];
  const { written } = evidence;
  if (written !== undefined)
    reasons.push(
      `Proved by ${plural(written.tests, 'test')} written for it: ${written.tests === 1 ? 'it passes' : 'they pass'} on the old and the new code.`,
    );
  const passed = steadyPasses(tests);
  if (tests.after.kind === 'finished' && passed > 0)
    reasons.push(isBlind(tests) ? blindReason : `${plural(passed, 'test')} passed before and after.`);
  const added = newPasses(tests);
  if (added > 0) reasons.push(`${plural(added, 'new test')} ${added === 1 ? 'passes' : 'pass'}.`);
  const executed = coverage.kind === 'measured' ? executedLines(executionFiles(evidence), coverage.files) : 0;
  if (executed > 0) reasons.push(`They execute every changed line with code (${plural(executed, 'line')}).`);
  if (sensitivity.kind === 'measured' && sensitivity.seeded > 0)
    reasons.push(`${sensitivity.noticed} of ${plural(sensitivity.seeded, 'mutant')} in the change killed.`);
  const shown = new Map(
    files.flatMap(({ path, demand }) =>
      demand.kind === 'none' || (demand.kind === 'resolution' && checks.types.kind === 'passed')
        ? [[path, demand.reason] as const]
        : [],
    ),
  );
  for (const reason of new Set(shown.values())) {
    const paths = [...shown].filter(([, own]) => own === reason).map(([path]) => path);
    reasons.push(`${few(paths, 3, ', ')}: ${reason}`);
  }
  if (checks.types.kind === 'passed') reasons.push('The compiler finds no new error.');
  return reasons.length > 0 ? reasons : ['Nothing was changed.'];
}
