import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';
import { parseConfiguredReport, type ConfiguredReport } from '../runners/reports/configuredReport.ts';
import { defaultTimeLimitMs } from '../verify/stages/2-run/verifierOptions.ts';
import {
  foreignOption,
  isCommand,
  parseOptions,
  repeatedOption,
  type Command,
  type OptionValues,
} from './cliOptions.ts';
import { evidenceNameProblem } from './evidenceFile.ts';
import { serveArguments, type ServeArguments } from './serveArguments.ts';
import { undoArguments, type UndoArguments } from './undoArguments.ts';
import { verifyArguments, type VerifyArguments } from './verifyArguments.ts';
import { replayArguments, wireArguments, type ReplayArguments, type WireArguments } from './wireArguments.ts';

/** What becomes of a proposal without a person to decide. */
export type ApplyPolicy = 'never' | 'verified' | 'always';

/** A path as it was typed, with the lines that were typed after it, one-based and inclusive. */
export interface PathArgument {
  readonly raw: string;
  readonly lines?: { readonly path: string; readonly start: number; readonly end: number };
}

export interface RefactorArguments extends WireArguments {
  readonly kind: 'refactor';
  readonly paths: readonly PathArgument[];
  readonly goal: string;
  /** Undefined for the embedded engine. */
  readonly endpoint: string | undefined;
  readonly model: string | undefined;
  readonly test: readonly [string, ...string[]] | undefined;
  /** What that command leaves its results in. */
  readonly testReport: ConfiguredReport | undefined;
  /** Names of variables that the project's own programs may see beside the harmless ones. */
  readonly environment: readonly string[];
  /** For one run of the tests. */
  readonly testTimeLimitMs: number | undefined;
  /** For mutants of the new code; undefined for only where the verdict depends on it. */
  readonly sensitivityMs: number | undefined;
  readonly apply: ApplyPolicy;
  /** Where only tests are missing for a proof, have them written first. */
  readonly characterizes: boolean;
  /** For verifying the steps of a plan alone; undefined for the usual time. */
  readonly stepBudgetMs: number | undefined;
  readonly maxTurns: number | undefined;
  readonly isJson: boolean;
  /** Where the report goes, a .md or .json file. */
  readonly evidence: string | undefined;
  readonly allowsTestEdits: boolean;
  /** A workspace that cannot be copied may be verified where it stands. */
  readonly isInPlace: boolean;
  readonly cwd: string | undefined;
}

export type CliArguments =
  | RefactorArguments
  | VerifyArguments
  | ServeArguments
  | ReplayArguments
  | UndoArguments
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly message: string };

export const usage = `Usage:
  whetstone refactor PATH… --goal TEXT [options]   refactor, verify with the project's tests, show the diff
  whetstone verify --base REV [options]            the verdict on what changed since a commit of git
  whetstone undo [--list | --step N] [options]     take back the last change that whetstone applied here, or one step of it
  whetstone serve --upstream URL [options]         give a local model server the WebSocket loop
  whetstone replay FILE                            play a recorded session, and say where the client differs
  whetstone --help | --version

PATH is a file, a folder, or lines of a file: src/a.js, src/, src/a.js:10-40

Options of refactor:
  --goal TEXT          what to do, in your words
  --apply WHEN         never (default): verify in a private copy and show the diff
                       verified: write the files when the tests prove that behaviour was kept, except as far as
                       the goal names what others shall see otherwise
                       always: write them even without proof; a regression is still rolled back
  --characterize       where no test executes what changes: write tests of the code as it is first, and prove it by them
  --test ARGV-JSON     the test command, such as '["npm","test"]'; found by itself when not given
  --test-report WHERE  what that command leaves its results in: junit:PATH, below the folder, or tap on its output
  --test-time-limit S  seconds that one run of the tests may take (default ${defaultTimeLimitMs / 1_000})
  --env NAME           let a variable of the environment through to the tests; others than PATH, HOME, LANG and those
                       of toolchains are held back; may be given again
  --sensitivity S      spend up to S seconds on mutants of the new code, to see which the tests kill; 0 for
                       never (a doubt); by default 60, and only where the verdict depends on it
  --step-time S        spend up to S seconds on verifying each step of a plan without those after it (default 60; 0 for never)
  --endpoint URL       a Responses endpoint, such as https://api.openai.com/v1, with its key in
                       WHETSTONE_API_KEY; without it the embedded engine works, offline
  --model NAME         the model of that endpoint
  --transport HOW      auto (default): WebSocket, and HTTP where there is none; webSocket; http
  --effort LEVEL       how much the model shall reason: none, minimal, low, medium, high, xhigh
  --verbosity LEVEL    how much the model shall say: low, medium, high
  --service-tier TIER  auto, default, flex, priority
  --hosted-tools JSON  tools that the endpoint runs, such as '["code_interpreter"]'
  --prices JSON        per million tokens: '{"input":1.25,"cached":0.125,"output":10,"currency":"USD"}'
  --max-turns N        stop after N answers of the model (default 500)
  --rate-limit-wait S  wait up to S seconds, in all, for one answer of an endpoint that limits the rate (default 600)
  --reconnect-wait S   wait up to S seconds for a network or an endpoint that is away (default 120)
  --allow-test-edits   tests and snapshots may be changed too
  --in-place           where the folder is too large to copy, verify in the folder itself: the change is written,
                       tested, and every file is put back
  --evidence FILE      write what the verdict rests on: FILE.md for people, FILE.json for programs
  --json               print one event a line as JSON, nothing else, on standard output
  --meter FILE         write what went over the wire, turn by turn: JSON, or CSV when the name ends in .csv
  --record FILE        write the session for whetstone replay: your goal, code that was read, answers; keys left out
  --record-texts no    replace the texts in it by hashes and lengths
  --cwd DIR            work as if started in DIR

Options of verify: --goal, --test, --test-report, --test-time-limit, --env, --sensitivity, --allow-test-edits, --in-place,
--evidence, --json, --cwd as above

Options of undo (where a run was killed, its change is put back and named first, and nothing else is undone until undo is asked for again):
  --list               show the steps of that change, with their numbers
  --step N             take out only this one; later work elsewhere stays, and the tests decide as for refactor (--test,
                       --test-report, --test-time-limit, --env)

Options of serve:
  --upstream URL       a server with plain HTTP, such as http://127.0.0.1:11434/v1 (Ollama, llama.cpp, vLLM,
                       LM Studio), with its key, if it has one, in WHETSTONE_UPSTREAM_KEY
  --api KIND           responses or chat (Chat Completions); found by asking when not given
  --model NAME         ask for this model, whatever a request names
  --port N             listen on this port, of loopback only; any free one when not given
  --json               print address and key as JSON

Exit status: 0 done and verified, or nothing to change; 1 broken, and rolled back or not applied; 2 could not be
verified; 3 the tests failed before we started; 4 the model was cut off by a limit, the endpoint or the network, and
what it had staged is verified, shown and, where --apply allows it, written; 64 wrong usage; 69 endpoint unreachable;
130 interrupted: what was staged is shown with the verdict that it has.
`;

/** Reads the arguments after the program's name. Never throws: what is wrong is said in one sentence. */
export function parseCliArguments(argv: readonly string[]): CliArguments {
  try {
    const parsed = parseOptions(argv);
    const { values, positionals } = parsed;
    const [command, ...rest] = positionals;
    if (values.help || command === 'help') return { kind: 'help' };
    if (values.version) return { kind: 'version' };
    const repeated = repeatedOption(parsed);
    if (repeated !== undefined) return wrong(`--${repeated} is given twice.`);
    if (command === undefined) return wrong('No command is given.');
    if (!isCommand(command))
      return wrong(`There is no command "${command}"; the commands are refactor, verify, undo, serve and replay.`);
    const foreign = foreignOption(command, values);
    return foreign === undefined ? argumentsOf[command](rest, values) : wrong(`${command} does not take --${foreign}.`);
  } catch (error) {
    if (error instanceof TypeError) return wrong(firstSentence(error.message));
    throw error;
  }
}

const argumentsOf: Readonly<Record<Command, (rest: readonly string[], values: OptionValues) => CliArguments>> = {
  refactor: refactorArguments,
  verify: checkArguments,
  undo: takeBackArguments,
  serve: serveArguments,
  replay: replayArguments,
};

function refactorArguments(paths: readonly string[], values: OptionValues): CliArguments {
  if (paths.length === 0 || paths.includes('')) return wrong('refactor needs at least one PATH.');
  const goal = values.goal?.trim() ?? '';
  if (goal === '') return wrong("refactor needs a goal: --goal 'what to do'.");
  const policy = values.apply ?? 'never';
  if (policy !== 'never' && policy !== 'verified' && policy !== 'always')
    return wrong(`--apply must be never, verified or always, not "${policy}".`);
  const tests = testArguments(values);
  if ('kind' in tests) return tests;
  const problem = values.evidence === undefined ? undefined : evidenceNameProblem(values.evidence);
  if (problem !== undefined) return wrong(problem);
  const maxTurns = parseCount(values['max-turns']);
  if (maxTurns === null) return wrong(`--max-turns must be a whole number from 1 on, not "${values['max-turns']}".`);
  const stepSeconds = values['step-time'] === '0' ? 0 : parseCount(values['step-time']);
  if (stepSeconds === null) return wrong(`--step-time must be whole seconds from 0 on, not "${values['step-time']}".`);
  const wire = wireArguments(values);
  if ('kind' in wire) return wire;
  const ranges = paths.map(parsePathArgument);
  const reversed = ranges.find(({ lines }) => lines && (lines.start < 1 || lines.end < lines.start));
  if (reversed) return wrong(`The lines of ${reversed.raw} must be given as FIRST-LAST, counted from 1.`);
  return {
    kind: 'refactor',
    paths: ranges,
    goal,
    endpoint: values.endpoint,
    model: values.model,
    ...tests,
    apply: policy,
    characterizes: values.characterize ?? false,
    stepBudgetMs: stepSeconds === undefined ? undefined : stepSeconds * 1000,
    maxTurns,
    isJson: values.json ?? false,
    evidence: values.evidence,
    allowsTestEdits: values['allow-test-edits'] ?? false,
    isInPlace: values['in-place'] ?? false,
    cwd: values.cwd,
    ...wire,
  };
}

type TestArguments = Pick<VerifyArguments, 'test' | 'testReport' | 'testTimeLimitMs' | 'environment' | 'sensitivityMs'>;

function testArguments(values: OptionValues): TestArguments | (CliArguments & { readonly kind: 'wrong' }) {
  const test = values.test === undefined ? undefined : parseArgv(values.test);
  if (test === null)
    return {
      kind: 'wrong',
      message: `--test must be a JSON array of texts, such as '["npm","test"]', not "${values.test}".`,
    };
  const report = values['test-report'];
  const testReport = report === undefined ? undefined : parseConfiguredReport(report);
  if (report !== undefined && testReport === undefined)
    return {
      kind: 'wrong',
      message: `--test-report must be tap, or junit:PATH with a path below the folder, not "${report}".`,
    };
  if (testReport !== undefined && test === undefined)
    return { kind: 'wrong', message: '--test-report says what the command of --test leaves, so it needs --test.' };
  const seconds = parseCount(values['test-time-limit']);
  if (seconds === null)
    return {
      kind: 'wrong',
      message: `--test-time-limit must be whole seconds from 1 on, not "${values['test-time-limit']}".`,
    };
  const budget = values.sensitivity === '0' ? 0 : parseCount(values.sensitivity);
  if (budget === null)
    return { kind: 'wrong', message: `--sensitivity must be whole seconds from 0 on, not "${values.sensitivity}".` };
  const inMs = (count: number | undefined): number | undefined => (count === undefined ? undefined : count * 1000);
  const environment = values.env ?? [];
  const odd = environment.find((name) => !/^[A-Za-z_][\w()]*$/.test(name));
  if (odd !== undefined) return { kind: 'wrong', message: `--env must be the name of a variable, not "${odd}".` };
  return { test, testReport, testTimeLimitMs: inMs(seconds), environment, sensitivityMs: inMs(budget) };
}

function checkArguments(rest: readonly string[], values: OptionValues): CliArguments {
  const tests = testArguments(values);
  return 'kind' in tests ? tests : verifyArguments(rest, values, tests);
}

function takeBackArguments(rest: readonly string[], values: OptionValues): CliArguments {
  const tests = testArguments(values);
  return 'kind' in tests ? tests : undoArguments(rest, values, tests);
}

/** Splits `src/a.js:10-40` or `src/a.js:10`; whether a file really bears such a name is seen later, on the disk. */
export function parsePathArgument(raw: string): PathArgument {
  const match = /^(.+):(\d{1,9})(?:-(\d{1,9}))?$/s.exec(raw);
  const [, path, start, end] = match ?? [];
  if (path === undefined || start === undefined) return { raw };
  return { raw, lines: { path, start: Number(start), end: Number(end ?? start) } };
}

/** Null for what is no whole number from 1 to a million. */
function parseCount(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  return /^\d+$/.test(text) && count >= 1 && count <= 1_000_000 ? count : null;
}

const argvSchema = z.array(z.string());

function parseArgv(text: string): readonly [string, ...string[]] | null {
  const parsed = z.safeParse(argvSchema, parseJson(text));
  const [program, ...rest] = parsed.success ? parsed.data : [];
  return program === undefined || program === '' ? null : [program, ...rest];
}

function wrong(message: string): CliArguments {
  return { kind: 'wrong', message };
}

function firstSentence(message: string): string {
  return message.split('. ')[0]?.replace(/\.?$/, '.') ?? message;
}
