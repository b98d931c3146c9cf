/**
 * `npm run bench:stages -- [PROJECT[=COMMAND]…]`: how long each stage of a verification takes, on the sample or on checkouts whose packages are
 * installed, beside the project's own tests run in place by COMMAND (words parted by blanks; `npm test`, pytest or go test when not given), which know nothing
 * of us. Every figure is a median over rounds that hold all of them, in a process that has the compiler loaded; each round begins without a copy.
 * Projects are copied first.
 */
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { PrivateFolder } from '../../src/verify/copy/privateFolder.ts';
import { defaultCopyLimits, TrialCopy } from '../../src/verify/copy/trialCopy.ts';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import { createVerifier, type DisposableVerifier } from '../../src/verify/verifier.ts';
import type { StageTime } from '../../src/workspace/evidence.ts';
import { runProcess } from '../../src/util/runProcess.ts';
import { sampleFolder } from '../dev/paths.ts';
import { median, milliseconds } from './figures.ts';
import { proposalsFor } from './stages/proposalsFor.ts';
import { tableText } from './table.ts';

const rounds = 5;
const sensitivityMs = 10_000;
const { signal } = new AbortController();

const head = [
  'project, and what is verified',
  'its own tests',
  'runs',
  'started by us',
  'copy',
  'looking and checks',
  'ours by the tests',
  'coverage',
  `sensitivity of ${sensitivityMs / 1000} s`,
];

/** The times of one round, in ms. */
interface Round {
  readonly own: number;
  /** The tests as we start them, in the copy, without measuring coverage. */
  readonly bare: number;
  /** With nothing at hand, and with the copy made while the model thinks. */
  readonly first: readonly StageTime[];
  readonly prepared: readonly StageTime[];
  readonly further: readonly StageTime[];
  readonly verdicts: readonly string[];
}

const named = process.argv.slice(2);
const base = await realpath(await mkdtemp(join(tmpdir(), 'whetstone-stages-')));
try {
  const rows: (readonly string[])[] = [];
  for (const argument of named.length === 0 ? [sampleFolder] : named) {
    const [path = '', command] = argument.split('=', 2);
    const root = join(base, basename(path));
    await cp(path, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const isSample = path === sampleFolder;
    const name = isSample ? 'the sample' : basename(path);
    const measured = await measure(root, command?.split(' ') ?? (isSample ? ['node', '--test'] : ownCommand(root)));
    rows.push(...rowsOf(name, measured));
    for (const verdict of new Set(measured.flatMap(({ verdicts }) => verdicts))) console.log(`${name}: ${verdict}`);
  }
  console.log(`\nload of the machine: ${loadavg()[0]?.toFixed(1)}; medians of ${rounds} rounds\n`);
  console.log(tableText([head, ...rows]));
} finally {
  await rm(base, { recursive: true, force: true });
}

function ownCommand(root: string): readonly string[] {
  if (existsSync(join(root, 'go.mod'))) return ['go', 'test', '-count=1', './...'];
  return existsSync(join(root, 'package.json')) ? ['npm', 'test'] : ['python3', '-m', 'pytest'];
}

async function measure(root: string, command: readonly string[]): Promise<readonly Round[]> {
  const [change, another] = await proposalsFor(root);
  // Whoever changes code has run its tests before: what a runner keeps from that is there.
  await runOwn(root, command);
  const bareCopy = await openBare(root);
  const copies: { dispose(): Promise<void> }[] = [bareCopy];
  const found: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own = await timed(() => runOwn(root, command));
    const bare = await timed(() => bareCopy.run());
    const [verifier, ready] = [verifierOf(root), verifierOf(root)];
    copies.push(verifier, ready);
    const one = await verifier.examine(change, signal);
    const two = await verifier.trial(another, signal);
    await ready.prepare(signal);
    const three = await ready.trial(change, signal);
    const [first = [], further = [], prepared = []] = [one, two, three].map(({ evidence }) => evidence?.times);
    const verdicts = [one, two, three].map(({ verdict }) => `${verdict.kind}: ${verdict.reasons[0] ?? ''}`);
    found.push({ own, bare, first, prepared, further, verdicts });
  }
  // Not between rounds: where thousands of files were just removed, file systems make new ones several times slower.
  for (const copy of copies) await copy.dispose();
  return found;
}

async function runOwn(root: string, [program = '', ...args]: readonly string[]): Promise<void> {
  const bin = join(root, 'node_modules', '.bin');
  const { PATH = '', HOME } = process.env;
  const env = { PATH: [bin, PATH].join(delimiter), HOME, CI: 'true' };
  const outcome = await runProcess(
    { argv: [program, ...args], cwd: root, env, timeoutMs: 600_000, maxOutputBytes: 100_000 },
    signal,
  );
  if (outcome.kind !== 'exited' || outcome.code !== 0)
    throw new Error(`${[program, ...args].join(' ')} does not pass in ${root}: ${JSON.stringify(outcome)}`);
}

function verifierOf(root: string): DisposableVerifier {
  const documents = { unsaved: () => [] };
  const approvals = { confirmCommand: async () => true };
  return createVerifier({ root, documents, approvals, temporaryFolder: base, sensitivityMs });
}

/** A copy to run the tests in as we start them, without measuring coverage. */
async function openBare(root: string): Promise<{ run(): Promise<unknown>; dispose(): Promise<void> }> {
  const found = detectRunner(root, undefined);
  if (found.kind !== 'plan') throw new Error(found.reason);
  const holder = await PrivateFolder.create(base);
  const copy = await TrialCopy.open(root, holder, defaultCopyLimits);
  await copy.sync([], signal);
  const place = { dir: copy.dir, workspaceNames: [root], scratch: holder.path };
  return {
    run: () => executeTests(found.plan, place, { timeLimitMs: 600_000, host: currentHost() }, signal),
    dispose: () => holder.dispose(),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function rowsOf(name: string, measured: readonly Round[]): readonly (readonly string[])[] {
  return [
    rowOf(`${name}, first change`, 2, measured, ({ first }) => first),
    rowOf('the same, its copy prepared', 2, measured, ({ prepared }) => prepared),
    rowOf('a further change', 1, measured, ({ further }) => further),
  ];
}

/** `runs` of the tests are part of it: of the state before and of the change, or of the change alone. */
function rowOf(
  name: string,
  runs: number,
  measured: readonly Round[],
  timesOf: (round: Round) => readonly StageTime[],
): readonly string[] {
  const of = (figure: (round: Round) => number): number => median(measured.map(figure));
  const figures = (round: Round): Figures => figuresOf(round, timesOf(round), runs);
  return [
    name,
    milliseconds(of(({ own }) => own)),
    String(runs),
    milliseconds(of(({ bare }) => bare)),
    milliseconds(of((round) => figures(round).copy)),
    milliseconds(of((round) => figures(round).checks)),
    `${Math.round(of((round) => figures(round).share) * 100)} %`,
    milliseconds(of((round) => figures(round).coverage)),
    milliseconds(of((round) => figures(round).sensitivity)),
  ];
}

interface Figures {
  readonly copy: number;
  readonly checks: number;
  /** All of ours but coverage and sensitivity, by what the same runs of the project's own tests take. */
  readonly share: number;
  readonly coverage: number;
  readonly sensitivity: number;
}

function figuresOf({ own, bare }: Round, times: readonly StageTime[], runs: number): Figures {
  const spent = (stage: StageTime['stage']): number => times.find((time) => time.stage === stage)?.durationMs ?? 0;
  const inTests = (stage: StageTime['stage']): number => times.find((time) => time.stage === stage)?.testsMs ?? 0;
  const tested = runs === 2 ? (['baseline', 'trial'] as const) : (['trial'] as const);
  const aroundTests = tested.reduce((sum, stage) => sum + spent(stage) - inTests(stage), 0);
  const measuredTests = tested.reduce((sum, stage) => sum + inTests(stage), 0);
  const ours = spent('copy') + spent('checks') + aroundTests + runs * (bare - own);
  return {
    copy: spent('copy'),
    checks: spent('checks') + aroundTests,
    share: ours / (runs * own),
    // What the tests take longer for being measured belongs to the measuring.
    coverage: spent('coverage') + measuredTests - runs * bare,
    sensitivity: spent('sensitivity'),
  };
}
