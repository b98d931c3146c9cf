import { join } from 'node:path';
import { anyCommand } from '../command.ts';
import { isRunnerProgram } from '../table.ts';
import { preparing, type TestStep } from '../testPlan.ts';
import { folderBelow } from '../scripts/folderBelow.ts';
import { readManifest } from '../scripts/projectFiles.ts';
import { baseName } from '../scripts/programName.ts';
import { recogniseRunner } from './recogniseRunner.ts';
import { packageFolders } from '../scripts/monorepo.ts';
import { onlyShows, readsTap } from './pipes.ts';
import { expandRunAll, parsePackageManager, type ScriptCall } from '../scripts/packageManagers.ts';
import { parseAssignment, parseScript, type ScriptCommand, type Word } from '../scripts/scriptText.ts';

export type ResolvedCommands =
  | {
      readonly kind: 'steps';
      readonly steps: readonly TestStep[];
      readonly notes: readonly string[];
      readonly script: string;
    }
  | { readonly kind: 'needsShell'; readonly what: string; readonly script: string }
  | { readonly kind: 'notInstalled'; readonly packageName: string }
  /** It calls a script, or a package, that is not there. */
  | { readonly kind: 'notFound'; readonly what: string };

/** Scripts that call scripts are followed this deep. */
const maxDepth = 8;
const maxSteps = 32;

/** Programs that only look at the code; they say nothing about behaviour and are left out. */
const lookers = new Set([
  'eslint',
  'prettier',
  'xo',
  'standard',
  'ts-standard',
  'biome',
  'tslint',
  'stylelint',
  'oxlint',
  'knip',
  'cspell',
]);

/** Programs that measure coverage around a runner; the runner runs without them. */
const coverageWrappers = new Set(['c8', 'nyc']);

interface Walk {
  readonly root: string;
  readonly steps: TestStep[];
  readonly notes: Set<string>;
  readonly scripts: string[];
}

interface Where {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly depth: number;
}

type Problem = Exclude<ResolvedCommands, { kind: 'steps' }>;

/** Turns simple commands into steps: follows npm scripts, takes wrappers off, leaves out linters, recognises runners. */
export function resolveCommands(commands: readonly ScriptCommand[], root: string): ResolvedCommands {
  const walk: Walk = { root, steps: [], notes: new Set(), scripts: [] };
  const problem = walkCommands(commands, walk, { cwd: '', env: {}, depth: 0 });
  if (problem !== undefined) return problem;
  return { kind: 'steps', steps: trimSteps(walk), notes: [...walk.notes], script: walk.scripts.join('\n') };
}

/** What stands before a runner prepares it; what comes after the last one is left out. */
function trimSteps({ steps, notes }: Walk): readonly TestStep[] {
  const last = steps.findLastIndex((step) => step.runner !== anyCommand.name);
  if (last === -1)
    return steps.map((step, index) => (index < steps.length - 1 ? { ...step, runner: preparing } : step));
  for (const step of steps.slice(last + 1))
    notes.add(`\`${firstWords(step.argv)}\` comes after the tests and is not run.`);
  return steps
    .slice(0, last + 1)
    .map((step) => (step.runner === anyCommand.name ? { ...step, runner: preparing } : step));
}

function walkCommands(commands: readonly ScriptCommand[], walk: Walk, where: Where): Problem | undefined {
  let { cwd } = where;
  for (const command of commands) {
    const [program, target] = command.words;
    if (program?.text === 'cd' && target !== undefined && command.words.length === 2) {
      const next = folderBelow(cwd, target.text);
      if (next === undefined) return { kind: 'needsShell', what: `cd ${target.text}`, script: walk.scripts.join('\n') };
      cwd = next;
      continue;
    }
    const unwrapped = unwrap(command.words, { ...where.env, ...command.env }, walk);
    const pipe = withoutPipe(unwrapped, command, walk, cwd);
    const first = walk.steps.length;
    const problem = pipe ?? walkCommand(unwrapped, walk, { ...where, cwd });
    if (problem !== undefined) return problem;
    if (command.pipedInto?.some(readsTap) === true) promiseTap(walk.steps, first);
  }
  return undefined;
}

/** Of a pipe that only shows what the tests print the first command is all there is to run. */
function withoutPipe(
  { words }: Unwrapped,
  { pipedInto = [] }: ScriptCommand,
  walk: Walk,
  cwd: string,
): Problem | undefined {
  if (pipedInto.length === 0) return undefined;
  const isRunner = recogniseRunner(words, { root: walk.root, cwd }).kind === 'runner';
  const others = pipedInto.filter((one) => !onlyShows(one, isRunner));
  if (others.length > 0) return { kind: 'needsShell', what: '|', script: walk.scripts.at(-1) ?? '' };
  for (const one of pipedInto) walk.notes.add(`\`${firstWords(one)}\` only shows what the tests print and is not run.`);
  return undefined;
}

/** What a formatter of TAP reads is TAP. */
function promiseTap(steps: TestStep[], first: number): void {
  for (const [index, step] of steps.entries())
    if (index >= first && step.runner === anyCommand.name) steps[index] = { ...step, results: { kind: 'tap' } };
}

interface Unwrapped {
  readonly words: readonly Word[];
  readonly env: Readonly<Record<string, string>>;
}

/** Takes off `cross-env A=b`, `env A=b`, `npx`, `yarn exec` and coverage wrappers. */
function unwrap(words: readonly Word[], env: Readonly<Record<string, string>>, walk: Walk): Unwrapped {
  const [program, ...rest] = words;
  if (program === undefined) return { words, env };
  const name = baseName(program.text);
  if (name === 'cross-env' || name === 'env') {
    let added = env;
    let at = 0;
    for (; at < rest.length; at += 1) {
      const assignment = parseAssignment(rest[at]?.text ?? '');
      if (assignment === undefined) break;
      added = { ...added, ...assignment };
    }
    return unwrap(rest.slice(at), added, walk);
  }
  if (name === 'npx' || name === 'bunx') {
    const at = rest.findIndex((word) => !word.text.startsWith('-'));
    return at === -1 ? { words, env } : unwrap(rest.slice(at), env, walk);
  }
  if ((name === 'pnpm' || name === 'yarn') && rest[0]?.text === 'exec') return unwrap(rest.slice(1), env, walk);
  if (coverageWrappers.has(name)) {
    const at = rest.findIndex((word) => isStarter(word.text));
    if (at === -1) return { words, env };
    walk.notes.add(`Coverage (${name}) is not measured.`);
    return unwrap(rest.slice(at), env, walk);
  }
  return { words, env };
}

/** A word that starts a command behind the options of a wrapper. */
function isStarter(text: string): boolean {
  const name = baseName(text);
  return /^(npm|npx|yarn|pnpm|tap|tape|cross-env)$/.test(name) || isRunnerProgram(name);
}

function walkCommand({ words, env }: Unwrapped, walk: Walk, where: Where): Problem | undefined {
  if (walk.steps.length >= maxSteps) return undefined;
  const [program] = words;
  if (program === undefined) return undefined;
  if (isLooker(words)) {
    walk.notes.add(`\`${firstWords(words)}\` checks the code only and is left out.`);
    return undefined;
  }
  const scripts = readScripts(walk.root, where.cwd);
  const call = parsePackageManager(words, scripts) ?? expandRunAll(words, scripts);
  if (call !== undefined && where.depth < maxDepth) {
    const cwd = call.folder === undefined ? where.cwd : folderBelow(where.cwd, call.folder);
    if (cwd === undefined) return { kind: 'needsShell', what: firstWords(words), script: walk.scripts.join('\n') };
    const problem = walkCall(call, walk, { cwd, env, depth: where.depth + 1 });
    if (problem !== undefined) return problem;
    if (call.program === undefined) return undefined;
    return walkCommand(unwrap(call.program, env, walk), walk, { ...where, cwd, depth: where.depth + 1 });
  }
  const found = recogniseRunner(words, { root: walk.root, cwd: where.cwd });
  if (found.kind === 'notInstalled') return found;
  const { runner, argv, cwd = where.cwd } = found.kind === 'runner' ? found : { runner: anyCommand.name, argv: words };
  walk.steps.push({ runner, argv, env, cwd });
  return undefined;
}

function walkCall(call: ScriptCall, walk: Walk, where: Where): Problem | undefined {
  const folders = call.packages === undefined ? [''] : packageFolders(walk.root, where.cwd, call.packages);
  if (folders === undefined) return { kind: 'notFound', what: 'a package of the monorepo' };
  // In a monorepo a package without the script is nothing to stumble over, as long as one has it.
  const isOptional = call.isOptional || folders.length > 1;
  for (const folder of folders)
    for (const name of call.scripts) {
      const cwd = folder === '' ? where.cwd : join(where.cwd, folder).replaceAll('\\', '/');
      const isThere = readScripts(walk.root, cwd)[name] !== undefined;
      if (!isThere && !isOptional) return { kind: 'notFound', what: `the script "${name}"` };
      const problem = isThere ? walkScript(name, call.args, walk, { ...where, cwd }) : undefined;
      if (problem !== undefined) return problem;
    }
  return undefined;
}

/** Runs a script as npm does: its `pre` script first, further words at the end of its last command. */
function walkScript(name: string, args: readonly Word[], walk: Walk, where: Where): Problem | undefined {
  const scripts = readScripts(walk.root, where.cwd);
  for (const part of [`pre${name}`, name]) {
    const text = scripts[part];
    if (text === undefined) continue;
    const line = `${where.cwd === '' ? '' : `${where.cwd}: `}${part}: ${text.replaceAll('\n', '\\n')}`;
    walk.scripts.push(line);
    const parsed = parseScript(text);
    if (parsed.kind === 'needsShell') return { ...parsed, script: line };
    const commands = parsed.commands.map((command, index) =>
      // What is added to a pipe is added to its end, which is not run.
      part === name && index === parsed.commands.length - 1 && command.pipedInto === undefined
        ? { ...command, words: [...command.words, ...args] }
        : command,
    );
    const problem = walkCommands(commands, walk, where);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isLooker(words: readonly Word[]): boolean {
  const texts = words.map((word) => word.text);
  const name = baseName(texts[0] ?? '');
  if (name === 'tsc' || name === 'vue-tsc') return texts.some((text) => text.toLowerCase() === '--noemit');
  return lookers.has(name) || (name === 'npm' && texts.includes('audit'));
}

function readScripts(root: string, cwd: string): Readonly<Record<string, string>> {
  const manifest = readManifest(root, cwd);
  return typeof manifest === 'object' ? (manifest.scripts ?? {}) : {};
}

function firstWords(words: readonly Word[]): string {
  const text = words.map((word) => word.text).join(' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
