import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { abortError } from '../../util/abort.ts';
import type { CommandLine } from '../../workspace/approvals.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { withoutRoots } from '../../runners/reports/testIds.ts';
import { languageOf } from '../../languages/table.ts';
import type { CheckPlace } from './checkPlace.ts';
import { parseJson } from '../../util/parseJson.ts';

export interface LintProblem {
  readonly path: RelativePath;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export type LintOutcome =
  | { readonly kind: 'problems'; readonly problems: readonly LintProblem[] }
  | { readonly kind: 'unavailable'; readonly reason: string };

const timeoutMs = 60_000;
const manifestSchema = z.object({ version: z.string(), bin: z.object({ eslint: z.string() }) });
const reportSchema = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({ ruleId: z.nullable(z.string()), severity: z.int(), message: z.string(), line: z.optional(z.int()) }),
    ),
  }),
);

/** Errors that the ESLint of the project itself finds in the given files. Writes nothing; rejects only by cancellation. */
export async function lintFiles(
  place: CheckPlace,
  paths: readonly RelativePath[],
  signal: AbortSignal,
): Promise<LintOutcome> {
  const files = paths.filter((path) => languageOf(path)?.projectTools !== undefined);
  if (files.length === 0) return unavailable('No changed file is one that ESLint reads.');
  const linter = await findLinter(place.dir);
  if (linter.kind === 'unavailable') return linter;
  const { command } = linter;
  if (!(await place.approvals.confirmCommand(command, '', signal))) return unavailable('Running ESLint was declined.');
  const outcome = await place.sandbox.run(
    {
      argv: [place.node.path, ...command.argv.slice(1), '--', ...files],
      cwd: place.dir,
      env: { ...place.env, ...place.node.env },
      timeoutMs,
      maxOutputBytes: 16 * 1024 * 1024,
    },
    place.foreign,
    signal,
  );
  switch (outcome.kind) {
    case 'aborted':
      throw abortError(signal.reason);
    case 'timedOut':
      return unavailable(`ESLint took longer than ${timeoutMs / 1000} seconds.`);
    case 'notStarted':
      return unavailable(`ESLint could not be started: ${outcome.detail}`);
    case 'exited':
      return (
        parseReport(outcome.stdout, place.dir) ?? unavailable(`ESLint failed: ${outcome.stderr.trim().slice(-300)}`)
      );
  }
}

type LinterFound =
  | { readonly kind: 'linter'; readonly command: CommandLine }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The ESLint of the project as it is started, without the files; a first word `node` is whichever Node is right for the host. */
export async function findLinter(dir: string): Promise<LinterFound> {
  const names = await readdir(dir).catch(() => []);
  if (!names.some((name) => /^(eslint\.config\.[cm]?[jt]s|\.eslintrc(\..+)?)$/.test(name)))
    return { kind: 'unavailable', reason: 'The project has no configuration of ESLint.' };
  const home = 'node_modules/eslint';
  const manifest = await readManifest(join(dir, home, 'package.json'));
  if (manifest === undefined) return { kind: 'unavailable', reason: 'ESLint is not installed in the project.' };
  const program = `${home}/${manifest.bin.eslint.replace(/^\.\//, '')}`;
  const command: CommandLine = {
    argv: ['node', program, '--format', 'json', '--no-error-on-unmatched-pattern'],
    cwd: '',
    origin: `ESLint ${manifest.version} of the project`,
    purpose: 'lint',
  };
  return { kind: 'linter', command };
}

function parseReport(text: string, dir: string): LintOutcome | undefined {
  const parsed = reportSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const problems = parsed.data.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ severity }) => severity === 2)
      .map(({ ruleId, message, line }): LintProblem => {
        const path = filePath.startsWith(`${dir}/`) ? filePath.slice(dir.length + 1) : filePath;
        const clean = withoutRoots(message, { roots: [dir], cwd: dir });
        return { path, line: line ?? 1, rule: ruleId ?? '', message: clean };
      }),
  );
  return { kind: 'problems', problems };
}

async function readManifest(path: string): Promise<z.infer<typeof manifestSchema> | undefined> {
  const parsed = manifestSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => '')));
  return parsed.success ? parsed.data : undefined;
}

function unavailable(reason: string): LintOutcome {
  return { kind: 'unavailable', reason };
}
