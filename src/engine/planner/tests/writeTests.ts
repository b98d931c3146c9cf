import type { Omission, Subject, Subjects } from '../../characterizing/subject.ts';
import { readFiles } from '../reading.ts';
import { call, say, subjects as findSubjects, type Routine } from '../routine.ts';
import { isSupported } from '../selection.ts';
import { resolveTargets, type Target } from '../targets.ts';
import { errorOf, parseListing, parseTestReport, quote } from '../toolOutputs.ts';
import type { Toolset } from '../toolset.ts';
import type { FocusEntry } from '../userMessage.ts';
import { count, few, list, sentence } from '../wording.ts';
import { nearestTest, placesFor } from './placing.ts';
import { probeText, readOutcomes, type Call, type Outcome } from './probe.ts';
import { idiomIn, knownTitles, readManifest, type Manifest } from './runner.ts';
import type { TestIdiom } from '../../../runners/runner.ts';
import { styleOf, type Style } from './style.ts';
import { testText, titled, type Pinned } from './testText.ts';

/** Files for which tests are written in one go. */
const maxFiles = 5;
/** How often results are asked for; a report holds some fifty. */
const maxProbes = 6;
/** Modules that are read to know what a function reaches, and in how many rounds. */
const maxModules = 30;
const maxModuleRounds = 5;
/** Tests of one function, and those of one result beyond which only others are taken. */
const maxTests = 20;
const maxAlike = 8;

interface Bench {
  readonly tools: Toolset;
  readonly paths: readonly string[];
  readonly manifest: Manifest;
  readonly idiom: TestIdiom;
  /** Files that were staged by this. */
  readonly staged: Set<string>;
}

/** Pins what functions do by tests that were seen to pass; says what was left out and why. */
export function* writeTests(tools: Toolset, goal: string, focus: readonly FocusEntry[]): Routine<void> {
  if (!tools.has('read_file', 'path') || !tools.has('apply_edit', 'changes') || !tools.has('run_tests'))
    return yield* say(
      'Tests need the tools read_file, apply_edit and run_tests, and the request does not offer them all.\n',
    );
  const { targets, notes } = yield* resolveTargets(tools, focus, goal.split('\n', 1)[0] ?? '', []);
  const files = mergedByPath(targets).filter(({ path }) => isSupported(path));
  if (notes.length > 0) yield* say(`${notes.join(' ')}\n\n`);
  if (files.length === 0)
    return yield* say('I can write tests for JavaScript and TypeScript only, and found none of it there.\n');
  const bench = yield* prepare(tools, goal);
  if (typeof bench === 'string') return yield* say(`${bench}\n`);
  const told: string[] = [];
  for (const target of files.slice(0, maxFiles)) told.push(yield* writeFor(bench, target));
  if (files.length > maxFiles)
    told.push(`I take ${maxFiles} files at a time; ${count(files.length - maxFiles, 'file')} more were left out.`);
  yield* say(`${told.join('\n')}\n`);
}

function mergedByPath(targets: readonly Target[]): readonly Target[] {
  const merged = new Map<string, Target>();
  for (const { path, ranges } of targets) {
    const known = merged.get(path);
    merged.set(path, known === undefined ? { path, ranges } : { path, ranges: [...known.ranges, ...ranges] });
  }
  return [...merged.values()];
}

/** What the project tests with, or why that is not known. */
function* prepare(tools: Toolset, goal: string): Routine<Bench | string> {
  const listing = tools.has('list_files', 'path') ? (yield* call([tools.call('list_files', { path: null })]))[0] : '';
  const { paths } = parseListing(errorOf(listing ?? '') === undefined ? (listing ?? '') : '');
  const [read] = yield* readFiles(tools, ['package.json']);
  const manifest = readManifest(read?.kind === 'text' ? read.text : '');
  const command = /^- The tests are run by: (.*)$/m.exec(goal)?.[1] ?? '';
  const idiom = idiomIn(command) ?? manifest.idiom;
  if (idiom === undefined)
    return `I know how to write tests for ${list(knownTitles)}, and found none of them in package.json, so I write none.`;
  return { tools, paths, manifest, idiom, staged: new Set() };
}

/** Returns what was done for one file, in a sentence or two. */
function* writeFor(bench: Bench, target: Target): Routine<string> {
  const { path } = target;
  const [read] = yield* readFiles(bench.tools, [path]);
  if (read?.kind !== 'text') return `${path}: ${sentence(read?.reason ?? 'it could not be read')}`;
  const found = yield* look(bench, target, read.text);
  if (found.kind !== 'subjects')
    return `I can pin nothing of ${path}: ${sentence(found.kind === 'failed' ? found.reason : 'what its functions reach is not known')}`;
  const omissions = omissionText(found.omissions);
  if (found.subjects.length === 0) return `I can pin nothing of ${path}. ${omissions}`.trim();
  const nearest = nearestTest(path, bench.paths);
  const [example] = nearest === undefined ? [] : yield* readFiles(bench.tools, [nearest]);
  const text = example?.kind === 'text' ? example.text : undefined;
  const names = list(found.subjects.map(({ export: { name } }) => name));
  yield* say(
    `I record what ${names} of ${path} ${found.subjects.length === 1 ? 'does' : 'do'} now. The next tests fail on purpose: their messages tell the results.\n\n`,
  );
  let reason = 'the test command does not run the file';
  for (const testPath of placesFor(path, bench.paths, nearest, bench)) {
    const { idiom, manifest } = bench;
    const style = styleOf({
      idiom,
      manifest,
      testPath,
      path,
      text: read.text,
      isModule: found.isModule,
      example: text,
    });
    const outcome = yield* pin(bench, { testPath, style, ...found });
    if (outcome.kind === 'pinned') return `${outcome.told} ${omissions}`.trim();
    reason = outcome.reason;
    yield* unstage(bench, testPath);
    if (!outcome.isPlace) break;
  }
  return `I could not pin ${names} of ${path}: ${sentence(reason)}`;
}

/** Finds the functions, and reads what has to be known of the modules that they use. */
function* look({ tools, paths }: Bench, { path, ranges }: Target, text: string): Routine<Subjects> {
  const modules = new Map<string, string>();
  const refused = new Set<string>();
  for (let round = 0; round < maxModuleRounds; round++) {
    const known = [...modules].map(([one, content]) => ({ path: one, text: content }));
    const found = yield* findSubjects({ path, text, ranges, modules: known });
    if (found.kind !== 'needs') return found;
    const wanted = [
      ...new Set(found.modules.flatMap((candidates) => candidates.find((one) => paths.includes(one)) ?? [])),
    ];
    if (
      wanted.length < found.modules.length ||
      wanted.length + modules.size > maxModules ||
      wanted.some((one) => refused.has(one))
    )
      return { kind: 'failed', reason: 'it uses modules that I cannot find' };
    for (const result of yield* readFiles(tools, wanted)) {
      if (result.kind === 'text') modules.set(result.path, result.text);
      else refused.add(result.path);
    }
  }
  return { kind: 'failed', reason: 'it uses more modules than I look at' };
}

interface Pinning {
  readonly testPath: string;
  readonly style: Style;
  readonly subjects: readonly Subject[];
  readonly isModule: boolean;
}

type PinOutcome =
  | { readonly kind: 'pinned'; readonly told: string }
  /** `isPlace`: another place for the file may help. */
  | { readonly kind: 'none'; readonly reason: string; readonly isPlace: boolean };

function* pin(bench: Bench, pinning: Pinning): Routine<PinOutcome> {
  const { testPath, style, subjects, isModule } = pinning;
  const calls = subjects.flatMap((subject) => subject.cases.map((values) => ({ subject, values })));
  const probed = yield* probe(bench, testPath, style, calls);
  if (probed.kind === 'none') return probed;
  const taken = subjects.flatMap((subject) => chosen(calls, probed.outcomes, subject));
  const left = [...probed.outcomes.values()].filter(({ kind }) => kind === 'unfit').length;
  if (taken.length === 0) return { kind: 'none', reason: whyUnfit(probed.outcomes), isPlace: false };
  let pinned = titled(taken);
  // What does not come out the same again is no behaviour that could be pinned.
  for (let attempt = 0; attempt < 2 && pinned.length > 0; attempt++) {
    const staged = yield* stage(bench, testPath, testText(pinned, style, isModule));
    if (staged !== undefined) return { kind: 'none', reason: staged, isPlace: false };
    const [output = ''] = yield* call([bench.tools.call('run_tests', {})]);
    const unsteady = unsteadyIn(output, pinned);
    if (unsteady === undefined) return { kind: 'none', reason: 'the tests could not be run again', isPlace: false };
    if (unsteady.size === 0) return { kind: 'pinned', told: toldOf(testPath, pinned, calls.length, left) };
    pinned = pinned.filter((one) => !unsteady.has(one));
  }
  return { kind: 'none', reason: 'its results are not the same each time', isPlace: false };
}

function toldOf(testPath: string, pinned: readonly Pinned[], tried: number, left: number): string {
  const names = [...new Set(pinned.map(({ subject }) => subject.export.name))];
  const unfit =
    left === 0
      ? ''
      : ` Of ${tried} inputs, ${left} gave what cannot be written down, or an error of the language, and were left out.`;
  return `${testPath} pins ${list(names)} by ${count(pinned.length, 'test')}, which pass on the code as it is.${unfit}`;
}

type Probed =
  { readonly kind: 'probed'; readonly outcomes: ReadonlyMap<number, Outcome> } | Extract<PinOutcome, { kind: 'none' }>;

/** Asks for the results of all calls, in as many runs as the reports need. */
function* probe(bench: Bench, testPath: string, style: Style, calls: readonly Call[]): Routine<Probed> {
  const outcomes = new Map<number, Outcome>();
  for (let round = 0; round < maxProbes; round++) {
    const open = calls.map((one, number) => ({ ...one, number })).filter(({ number }) => !outcomes.has(number));
    if (open.length === 0) break;
    const refused = yield* stage(bench, testPath, probeText(open, style));
    if (refused !== undefined) return { kind: 'none', reason: refused, isPlace: true };
    const [output = ''] = yield* call([bench.tools.call('run_tests', {})]);
    const error = errorOf(output);
    if (error !== undefined) return { kind: 'none', reason: error, isPlace: false };
    const more = readOutcomes(output);
    if (more.size === 0 && round === 0) return whyNone(output);
    if (more.size === 0) break;
    for (const [number, outcome] of more) outcomes.set(number, outcome);
  }
  return { kind: 'probed', outcomes };
}

/** Why a run told no result. */
function whyNone(output: string): Extract<PinOutcome, { kind: 'none' }> {
  const report = parseTestReport(output);
  const [first] = report?.broken ?? [];
  if (first !== undefined)
    return { kind: 'none', reason: `a test file for it does not run (${quote(first.message, 140)})`, isPlace: true };
  if (report !== undefined && report.after === undefined)
    return { kind: 'none', reason: report.reasons.join(' ') || 'the tests gave no results', isPlace: false };
  return { kind: 'none', reason: 'the test command does not run the file that I wrote', isPlace: true };
}

function whyUnfit(outcomes: ReadonlyMap<number, Outcome>): string {
  const reasons = [...outcomes.values()].flatMap((one) => (one.kind === 'unfit' ? [one.reason] : []));
  return reasons.length === 0 ? 'no result was told' : `every call gave ${few([...new Set(reasons)], 3)}`;
}

/** Calls whose results differ, in the order of the table; more of the same only where there is little. */
function chosen(
  calls: readonly Call[],
  outcomes: ReadonlyMap<number, Outcome>,
  subject: Subject,
): readonly Omit<Pinned, 'title'>[] {
  const alike = new Map<string, number>();
  const taken: Omit<Pinned, 'title'>[] = [];
  for (const [number, one] of calls.entries()) {
    const outcome = outcomes.get(number);
    if (one.subject !== subject || outcome === undefined || outcome.kind === 'unfit' || taken.length >= maxTests)
      continue;
    const result = outcome.kind === 'value' ? outcome.text : `${outcome.name} ${outcome.message}`;
    const seen = alike.get(result) ?? 0;
    if (seen >= maxAlike) continue;
    alike.set(result, seen + 1);
    taken.push({ ...one, outcome });
  }
  return taken;
}

/** Those of the tests that did not pass, by their titles; undefined when the run says nothing. */
function unsteadyIn(output: string, pinned: readonly Pinned[]): ReadonlySet<Pinned> | undefined {
  const report = parseTestReport(output);
  if (report?.after === undefined) return undefined;
  const words = output.replaceAll(/\\(["\\])/g, '$1');
  const isNamed = ({ title }: Pinned): boolean =>
    report.broken.length > 0 || /failed once/.test(words) ? words.includes(title) : false;
  const named = new Set(pinned.filter(isNamed));
  return report.broken.length > 0 && named.size === 0 ? undefined : named;
}

/** Puts a file into the proposal in place of what was staged there; returns why it was refused. */
function* stage({ tools, staged }: Bench, path: string, content: string): Routine<string | undefined> {
  const create = { action: 'create', path, to: null, hash: null, edits: null, content };
  const changes = staged.has(path) ? [{ ...create, action: 'delete', content: null }, create] : [create];
  const [output = ''] = yield* call([tools.call('apply_edit', { step: 'Characterization tests', changes })]);
  const error = errorOf(output);
  if (error === undefined) staged.add(path);
  return error;
}

function* unstage({ tools, staged }: Bench, path: string): Routine<void> {
  if (!staged.delete(path)) return;
  yield* call([
    tools.call('apply_edit', {
      changes: [{ action: 'delete', path, to: null, hash: null, edits: null, content: null }],
    }),
  ]);
}

function omissionText(omissions: readonly Omission[]): string {
  if (omissions.length === 0) return '';
  const words = omissions.slice(0, 5).map(({ name, reason }) => `${name} (${reason})`);
  const more = omissions.length > 5 ? ` and ${omissions.length - 5} more` : '';
  return `Left out: ${words.join(', ')}${more}.`;
}
