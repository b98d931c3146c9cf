import type { SurveyedFile } from './candidates.ts';
import { describeFindings, describeNothing, describeUnserved, describeWish } from './explaining.ts';
import { propose, type Proposed } from './proposing.ts';
import { readFiles } from './reading.ts';
import { say, survey, type Routine } from './routine.ts';
import { resolveTargets } from './targets.ts';
import type { Toolset } from './toolset.ts';
import type { FocusEntry } from './userMessage.ts';
import { readWish, type Wish } from './wish.ts';
import { count, few, sentence } from './wording.ts';
import type { Drift } from './workbench.ts';

/** Works on one goal until a proposal is staged or there is a reason for none; returns what was proposed. */
export function* runTask(tools: Toolset, goal: string, focus: readonly FocusEntry[]): Routine<Proposed | undefined> {
  const wish = readWish(goal);
  if (wish.intents.length === 0) {
    yield* say(describeUnserved(goal));
    return undefined;
  }
  if (!tools.has('read_file', 'path')) {
    yield* say('The request offers no read_file tool, so I cannot see any code and propose nothing.\n');
    return undefined;
  }
  yield* say(describeWish(wish));
  const files = yield* lookAt(tools, wish, goal, focus);
  yield* say(describeFindings(files));
  if (files.every(({ steps }) => steps.length === 0)) {
    yield* say(describeNothing(files, wish));
    return undefined;
  }
  if (!tools.has('apply_edit', 'changes')) {
    yield* say('The request offers no apply_edit tool, so I can only report this and propose nothing.\n');
    return undefined;
  }
  return yield* proposeWhatIsAccepted(tools, files);
}

function* lookAt(
  tools: Toolset,
  wish: Wish,
  goal: string,
  focus: readonly FocusEntry[],
): Routine<readonly SurveyedFile[]> {
  const { targets, notes } = yield* resolveTargets(tools, focus, goal, wish.excludedPaths);
  if (notes.length > 0) yield* say(`${notes.join(' ')}\n\n`);
  if (targets.length === 0) return [];
  const results = yield* readFiles(
    tools,
    targets.map(({ path }) => path),
  );
  const files: SurveyedFile[] = [];
  const problems: string[] = [];
  const read = results.filter(({ kind }) => kind === 'text').length;
  if (read > 1) yield* say(`I read ${count(read, 'file')} and look for what can be changed.\n\n`);
  for (const [index, result] of results.entries()) {
    if (result.kind === 'failed') {
      problems.push(`- ${result.path}: ${sentence(result.reason)}`);
      continue;
    }
    const { path, text, hash } = result;
    const ranges = targets[index]?.ranges ?? [];
    const inquiry = { path, text, ranges, intents: wish.intents, excluded: wish.excluded };
    const looked = yield* survey(inquiry);
    if (looked.kind === 'failed') problems.push(`- ${path}: it could not be analysed (${looked.reason}).`);
    else files.push({ inquiry, hash, findings: looked.findings, steps: looked.steps });
  }
  if (problems.length > 0) yield* say(`Not looked at:\n${problems.join('\n')}\n\n`);
  return files;
}

/** How often a proposal is begun again on files that changed or without files that were refused. */
const maxAttempts = 3;

function* proposeWhatIsAccepted(tools: Toolset, looked: readonly SurveyedFile[]): Routine<Proposed | undefined> {
  let files: readonly SurveyedFile[] = looked.filter(({ steps }) => steps.length > 0);
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* propose(tools, files);
    if (outcome.kind === 'proposed') return outcome.proposed;
    if (outcome.kind === 'nothing') return undefined;
    if (outcome.kind === 'drifted') {
      const paths = few([...outcome.files.keys()], 5);
      if (attempt >= maxAttempts) {
        yield* say(`${paths} changed again while I worked, so I stop here. Nothing is staged.\n`);
        return undefined;
      }
      yield* say(`${paths} changed since I read it. I look again.\n\n`);
      files = yield* lookAgain(files, outcome.files);
      continue;
    }
    const { message, paths } = outcome.refusal;
    const named = files.filter(({ inquiry }) => paths.includes(inquiry.path));
    files = files.filter((file) => !named.includes(file));
    if (attempt >= maxAttempts || named.length === 0 || files.length === 0) {
      yield* say(`apply_edit refused the change, so nothing is staged: ${sentence(message)}\n`);
      return undefined;
    }
    const left = few(
      named.map(({ inquiry }) => inquiry.path),
      5,
    );
    yield* say(`apply_edit refused ${left}: ${sentence(message)} I go on without.\n\n`);
  }
}

function* lookAgain(files: readonly SurveyedFile[], drift: Drift): Routine<readonly SurveyedFile[]> {
  const renewed: SurveyedFile[] = [];
  for (const file of files) {
    const now = drift.get(file.inquiry.path);
    if (!now) {
      renewed.push(file);
      continue;
    }
    // The lines that the user pointed at may have moved; they are taken as they stand now.
    const inquiry = { ...file.inquiry, text: now.text };
    const looked = yield* survey(inquiry);
    if (looked.kind === 'surveyed' && looked.steps.length > 0)
      renewed.push({ inquiry, hash: now.hash, findings: looked.findings, steps: looked.steps });
  }
  return renewed;
}
