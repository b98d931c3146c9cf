import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse as parseJsonc } from 'jsonc-parser';
import * as z from 'zod/mini';
import { abortError } from '../../util/abort.ts';
import type { ForeignPlace } from '../../sandbox/foreignPlace.ts';
import { systemSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { Approvals, CommandLine } from '../../workspace/approvals.ts';
import type { Diagnostic, LanguageFeatures } from '../../workspace/language.ts';
import { normalizePath, type RelativePath } from '../../workspace/path.ts';
import { withoutRoots } from '../../runners/reports/testIds.ts';
import type { NodeProgram } from './testEnvironment.ts';
import { placeToRead } from './foreignPlaceOf.ts';
import { parseCompilerOutput, type CompilerOutput } from './compilerOutput.ts';

export type DiagnosticsOutcome = Awaited<ReturnType<LanguageFeatures['diagnostics']>>;

/** All errors of the projects around some files, and those of the files that a project includes. */
export type ErrorsOutcome =
  | {
      readonly kind: 'errors';
      readonly errors: readonly Diagnostic[];
      readonly covered: ReadonlySet<RelativePath>;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** How long one run of the compiler may take, in ms. */
const timeoutMs = 120_000;
/** The most projects that one question looks into: the nearest configuration and those that it refers to. */
const maxProjects = 8;

export interface ProjectCompilerOptions {
  /** Real path of the workspace folder. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly approvals: Pick<Approvals, 'confirmCommand'>;
  /** The Node that runs it; this process's own when not given. */
  readonly node?: NodeProgram;
  /** Where it runs, by default in the one of this system, and what it sees there, by default the workspace to be read. */
  readonly sandbox?: Sandbox;
  readonly foreign?: ForeignPlace;
}

type Ran =
  { readonly kind: 'ran'; readonly output: CompilerOutput } | { readonly kind: 'unavailable'; readonly reason: string };

/** The TypeScript compiler that the project itself installed, as a process that writes nothing. */
export class ProjectCompiler {
  readonly #options: ProjectCompilerOptions;

  constructor(options: ProjectCompilerOptions) {
    this.#options = options;
  }

  /**
   * Every error of the projects that the files belong to, in whichever file, and which of the files were looked at. Rejects only by
   * cancellation.
   */
  async errors(paths: readonly RelativePath[], signal: AbortSignal): Promise<ErrorsOutcome> {
    const configs = await configsAbove(this.#options.root, paths);
    if (configs.length === 0) return { kind: 'unavailable', reason: 'The project has no tsconfig.json.' };
    const errors: Diagnostic[] = [];
    const covered = new Set<RelativePath>();
    for (let index = 0; index < Math.min(configs.length, maxProjects); index += 1) {
      const config = configs[index] ?? '';
      const ran = await this.#check(config, signal);
      if (ran.kind === 'unavailable') return ran;
      const [general] = ran.output.general;
      if (general !== undefined) return { kind: 'unavailable', reason: `The compiler refuses ${config}: ${general}` };
      errors.push(...ran.output.diagnostics.filter(({ severity }) => severity === 'error'));
      for (const path of paths) if (ran.output.files.has(absolute(this.#options.root, path))) covered.add(path);
      for (const next of await referencesOf(this.#options.root, config))
        if (!configs.includes(next)) configs.push(next);
    }
    return { kind: 'errors', errors, covered };
  }

  /** Type-checks the projects that the files belong to. Rejects only by cancellation. */
  async diagnostics(paths: readonly RelativePath[], signal: AbortSignal): Promise<DiagnosticsOutcome> {
    const open = new Set(paths);
    const found: Diagnostic[] = [];
    const reasons: string[] = [];
    const waiting = await configsAbove(this.#options.root, paths);
    if (waiting.length === 0) return unavailable('the project has no tsconfig.json.');
    const seen = new Set<string>();
    for (let config = waiting.shift(); config !== undefined && open.size > 0; config = waiting.shift()) {
      if (seen.has(config) || seen.size === maxProjects) continue;
      seen.add(config);
      const ran = await this.#check(config, signal);
      if (ran.kind === 'unavailable') {
        reasons.push(ran.reason);
        continue;
      }
      const covered = [...open].filter((path) => ran.output.files.has(absolute(this.#options.root, path)));
      for (const path of covered) open.delete(path);
      found.push(...ran.output.diagnostics.filter(({ path }) => covered.includes(path)));
      reasons.push(...ran.output.general);
      waiting.push(...(await referencesOf(this.#options.root, config)));
    }
    if (open.size === paths.length)
      return unavailable(reasons[0] ?? `no TypeScript project includes ${paths.slice(0, 3).join(', ')}.`);
    return { kind: 'diagnostics', diagnostics: [...found, ...[...open].map(notCovered)] };
  }

  async #check(config: RelativePath, signal: AbortSignal): Promise<Ran> {
    const command = await commandFor(this.#options.root, config);
    if (command === undefined) return { kind: 'unavailable', reason: 'TypeScript is not installed in the project.' };
    const { path: node, env: nodeEnv } = this.#options.node ?? { path: process.execPath, env: {} };
    const argv: readonly [string, ...string[]] = [node, ...command.argv.slice(1)];
    if (!(await this.#options.approvals.confirmCommand(command, '', signal)))
      return { kind: 'unavailable', reason: 'running the compiler was declined.' };
    const { root: cwd, env } = this.#options;
    const sandbox = this.#options.sandbox ?? (await systemSandbox());
    const outcome = await sandbox.run(
      { argv, cwd, env: { ...env, ...nodeEnv }, timeoutMs, maxOutputBytes: 8 * 1024 * 1024 },
      this.#options.foreign ?? placeToRead(cwd),
      signal,
    );
    switch (outcome.kind) {
      case 'aborted':
        throw abortError(signal.reason);
      case 'timedOut':
        return { kind: 'unavailable', reason: `the compiler took longer than ${timeoutMs / 1000} seconds.` };
      case 'notStarted':
        return { kind: 'unavailable', reason: `the compiler could not be started: ${outcome.detail}` };
      case 'exited': {
        const output = placeless(parseCompilerOutput(outcome.stdout), cwd);
        const isSilent = output.diagnostics.length + output.general.length + output.files.size === 0;
        if (outcome.code !== 0 && isSilent)
          return { kind: 'unavailable', reason: `the compiler failed: ${outcome.stderr.trim().slice(-300)}` };
        return { kind: 'ran', output };
      }
    }
  }
}

/** Overrides whatever the project's configuration says of outputs, so that nothing at all is written. */
const flags = [
  ...['--noEmit', '--pretty', 'false', '--listFiles'],
  ...['--incremental', 'false', '--composite', 'false', '--tsBuildInfoFile', 'null'],
];

const manifestSchema = z.object({ version: z.string(), bin: z.object({ tsc: z.string() }) });
const referencesSchema = z.object({ references: z.array(z.object({ path: z.string() })) });

/** What `errors` would start for these files: one run for each project that they belong to, as far as that can be told ahead. */
export async function compilerCommands(root: string, paths: readonly RelativePath[]): Promise<readonly CommandLine[]> {
  const configs = await configsAbove(root, paths);
  const commands: CommandLine[] = [];
  for (let index = 0; index < Math.min(configs.length, maxProjects); index += 1) {
    const config = configs[index] ?? '';
    const command = await commandFor(root, config);
    if (command === undefined) return commands;
    commands.push(command);
    for (const next of await referencesOf(root, config)) if (!configs.includes(next)) configs.push(next);
  }
  return commands;
}

/** A first word `node` is whichever Node is right for the host. */
async function commandFor(root: string, config: RelativePath): Promise<CommandLine | undefined> {
  for (const folder of foldersAbove(config)) {
    const home = `${folder}node_modules/typescript`;
    const manifest = manifestSchema.safeParse(await readJson(root, `${home}/package.json`));
    const bin = manifest.success ? normalizePath(manifest.data.bin.tsc) : undefined;
    if (!manifest.success || bin === undefined) continue;
    const origin = `TypeScript ${manifest.data.version} of the project`;
    return { argv: ['node', `${home}/${bin}`, '-p', config, ...flags], cwd: '', origin, purpose: 'types' };
  }
  return undefined;
}

/** The projects that files belong to, each once. */
async function configsAbove(root: string, paths: readonly RelativePath[]): Promise<RelativePath[]> {
  const configs = await Promise.all(paths.map((path) => configAbove(root, path)));
  return [...new Set(configs.filter((config) => config !== undefined))];
}

async function configAbove(root: string, path: RelativePath): Promise<RelativePath | undefined> {
  for (const folder of foldersAbove(path))
    for (const name of ['tsconfig.json', 'jsconfig.json'])
      if (await isFile(absolute(root, folder + name))) return folder + name;
  return undefined;
}

async function referencesOf(root: string, config: RelativePath): Promise<RelativePath[]> {
  const parsed = referencesSchema.safeParse(await readJson(root, config));
  if (!parsed.success) return [];
  const targets = parsed.data.references.map(({ path }) => normalizePath(`${dirname(config)}/${path}`));
  return targets.flatMap((target) => {
    if (target === undefined) return [];
    return [target.endsWith('.json') ? target : `${target}/tsconfig.json`];
  });
}

async function readJson(root: string, path: RelativePath): Promise<unknown> {
  try {
    return parseJsonc(await readFile(absolute(root, path), 'utf8'));
  } catch {
    return undefined;
  }
}

function absolute(root: string, path: RelativePath): string {
  return join(root, path).replaceAll('\\', '/');
}

/** `a/b/c.ts` → `a/b/`, `a/`, and the empty text for the workspace itself. */
function foldersAbove(path: RelativePath): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_segment, index) => `${segments.slice(0, segments.length - index).join('/')}/`).concat('');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function unavailable(reason: string): DiagnosticsOutcome {
  return { kind: 'unavailable', reason };
}

function notCovered(path: RelativePath): Diagnostic {
  const start = { line: 0, character: 0 };
  const message = 'Not checked: no TypeScript project includes this file.';
  return { path, range: { start, end: start }, severity: 'information', message, code: '', source: 'whetstone' };
}

/** An error is the same wherever the folder stands: messages may name types by the absolute path of their module. */
function placeless(output: CompilerOutput, dir: string): CompilerOutput {
  const clean = (text: string): string => withoutRoots(text, { roots: [dir], cwd: dir });
  return {
    ...output,
    diagnostics: output.diagnostics.map((one) => ({ ...one, message: clean(one.message) })),
    general: output.general.map(clean),
  };
}
