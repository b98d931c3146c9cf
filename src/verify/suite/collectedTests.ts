import { posix as paths } from 'node:path';
import { listFiles } from '../../disk/listing.ts';
import type { Proposal } from '../../edits/proposal.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { classifyPath, isNamedAsTest, mayBeCode, type IsTest } from '../../workspace/pathPolicy.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { languageOf } from '../../languages/table.ts';
import { isDeclaration, isProgramText } from '../../languages/texts/changedText.ts';
import { reachedByCode } from './reachedByCode.ts';
import { ReportedSuite } from './reportedSuite.ts';
import { SuiteGraph } from './suiteGraph.ts';
import { speaksOfTests } from './testFiles.ts';

/** More files than this are not looked through. */
const maxListed = 20_000;

/**
 * Tells which files belong to the tests, after a run of them before a proposal. What is called as a test is code when nobody collects it, no test
 * stands in it, and either code loads it or the project calls no test so; everything else that tests need goes by its name. By the names
 * alone where the run does not tell the files of its tests. Runs nothing. Rejects only by cancellation.
 */
export async function collectedTests(
  root: string,
  run: TestRun,
  proposal: Proposal | undefined,
  signal: AbortSignal,
): Promise<IsTest> {
  if (run.kind !== 'finished') return isNamedAsTest;
  const { paths: listed, isCut } = await listFiles(root, undefined, maxListed, signal);
  const before = textsBefore(proposal);
  const files = [...new Set([...listed, ...before.keys()])].filter((path) => before.get(path) !== null).sort();
  const candidates = files.filter((path) => mayBeCode(path) && !isDeclaration(path));
  if (isCut || candidates.length === 0) return isNamedAsTest;
  const graph = new SuiteGraph(root, files);
  const text = async (path: RelativePath): Promise<string> => before.get(path) ?? (await graph.text(path));
  const reported = new ReportedSuite([run], new Set(files), graph.languageOfProgram);
  const programs = files.filter((path) => isProgramText(path) && !isDeclaration(path));
  const collected = new Set(programs.filter((path) => isCollected(path, reported, graph)));
  if (collected.size === 0) return isNamedAsTest;
  const tests = new Set(collected);
  for (const path of candidates) if (speaksOfTests(path, await text(path))) tests.add(path);
  const open = candidates.filter((path) => !tests.has(path));
  if (open.length === 0) return isNamedAsTest;
  const code = new Set(await reachedByCode(files, new Set(open), tests, graph, text, signal));
  if (![...tests].some(isCalledSpec)) for (const path of open) if (isProductionSpec(path, files, tests)) code.add(path);
  return (path) => isNamedAsTest(path) && !code.has(path) && !isNewAmong(path, files, code);
}

/** As they were before the proposal, on the disk or not; null for what it creates. */
function textsBefore(proposal: Proposal | undefined): ReadonlyMap<RelativePath, string | null> {
  const found = new Map<RelativePath, string | null>();
  for (const change of proposal?.changes ?? []) {
    if (change.kind === 'create' || change.kind === 'move') found.set(change.path, null);
    if (change.kind !== 'create') found.set(change.kind === 'move' ? change.from : change.path, change.before.text);
  }
  return found;
}

function isCollected(path: RelativePath, reported: ReportedSuite, graph: SuiteGraph): boolean {
  const isTest = graph.programsOf(path)?.isTest?.(path);
  if (isTest === undefined) return reported.ranFile(path) || reported.isInCommand(path);
  const language = languageOf(path);
  return isTest && language !== undefined && reported.built.has(language.id);
}

/** Whether a test is called by the word: `a.spec.ts`, `spec/a.js`, `PlayerSpec.js`. */
function isCalledSpec(path: RelativePath): boolean {
  if (languageOf(path)?.hasFixedTestNames === true) return false;
  const isOwn = /(?:^|[._-])specs?[._-]|Specs?\.\w+$/i.test(paths.basename(path));
  return isOwn || (/(?:^|\/)specs?\//i.test(path) && !/(?:^|[._-])tests?[._-]|Tests?\.\w+$/.test(paths.basename(path)));
}

const sources = /^(?:src|lib|app|apps|source|sources|pkg|internal|server|client|core|packages|modules|components)$/i;
const aside =
  /^(?:helpers?|support|setup|mocks?|stubs?|fakes?|fixtures?|data|examples?|bench(?:marks?)?|utils?)(?:[._-].*)?$/i;

/** Only the word `spec` calls it a test; it stands among the sources, with no word of what tests need, and no test is beside it but its own. */
function isProductionSpec(
  path: RelativePath,
  files: readonly RelativePath[],
  tests: ReadonlySet<RelativePath>,
): boolean {
  if (!mayBeCode(path, 'spec')) return false;
  const segments = path.split('/');
  if (segments.some((segment) => aside.test(segment))) return false;
  const outermost = segments.slice(0, -1).findIndex((segment) => /^specs?$/i.test(segment));
  const above = segments.slice(0, outermost === -1 ? -1 : outermost);
  const hasOwnTest = [...tests].some((test) => isTestOf(test, path));
  const language = languageOf(path);
  if (language?.hasFixedTestNames === true) return above.length > 0 || hasOwnTest;
  const isAmongSources = language?.isSourceFolder?.(above, files) ?? above.some((segment) => sources.test(segment));
  if (!isAmongSources || outermost === -1) return isAmongSources;
  const folder = `${segments.slice(0, outermost + 1).join('/')}/`;
  return hasOwnTest || ![...tests].some((test) => test.startsWith(folder));
}

/** A test of the same name in the same folder; where names are fixed, any test of the folder. */
function isTestOf(test: RelativePath, path: RelativePath): boolean {
  if (paths.dirname(test) !== paths.dirname(path)) return false;
  const language = languageOf(path);
  if (language?.hasFixedTestNames === true) return language.mayHoldTests?.(test) === true;
  const stem = paths.basename(path).replace(/\.\w+$/, '');
  return [`${stem}.test.`, `${stem}_test.`, `${stem}-test.`, `test_${stem}.`].some((start) =>
    paths.basename(test).startsWith(start),
  );
}

/** A file that is not there yet is what the others of its folder are. */
function isNewAmong(path: RelativePath, files: readonly RelativePath[], code: ReadonlySet<RelativePath>): boolean {
  if (files.includes(path) || !mayBeCode(path) || classifyPath(paths.basename(path)) !== 'ordinary') return false;
  const folder = paths.dirname(path);
  const beside = files.filter((one) => paths.dirname(one) === folder && languageOf(one)?.speaksOfTests !== undefined);
  return beside.length > 0 && beside.every((one) => code.has(one));
}
