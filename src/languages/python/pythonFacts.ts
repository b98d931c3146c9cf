import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { abortError } from '../../util/abort.ts';
import { systemSandbox } from '../../sandbox/sandbox.ts';
import { programText } from '../../util/programText.ts';

/** Reads JSON from the file that its argument names, prints JSON; the last part reads and prints. */
export const pythonFactsProgram = [
  programText('./programs/pythonCommon.py', import.meta.url),
  programText('./programs/pythonApi.py', import.meta.url),
  programText('./programs/pythonLoads.py', import.meta.url),
  programText('./programs/pythonDocumentation.py', import.meta.url),
  programText('./programs/pythonTests.py', import.meta.url),
  programText('./programs/pythonFacts.py', import.meta.url),
].join('\n\n');

const test = z.object({
  name: z.string(),
  assertions: z.int(),
  /** Comparisons by `==` and the like, and named asserts that say what is expected. */
  exact: z.int(),
  isSkipped: z.boolean(),
  returnsEarly: z.boolean(),
  swallows: z.boolean(),
});

const loadingStep = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('load'),
    module: z.string(),
    names: z.array(z.string()),
    /** Something uses a name that it brings, or may hand it on. */
    isUsed: z.boolean(),
    origin: z.enum(['own', 'quiet', 'unknown']),
  }),
  /** `acts`: on what does not belong to the module; `registers`: with what is called or inherited something may keep it. */
  z.object({
    kind: z.literal('effect'),
    how: z.enum(['registers', 'acts']),
    digest: z.string(),
    /** It does something only if one of these classes of the project notices who inherits it. */
    bases: z.optional(z.array(z.string())),
  }),
  z.object({ kind: z.literal('class'), name: z.string(), isQuiet: z.boolean(), bases: z.array(z.string()) }),
]);

/** One thing that happens when a module is loaded. */
export type LoadingStep = z.infer<typeof loadingStep>;

const facts = z.object({
  error: z.nullable(z.object({ message: z.string(), line: z.int() })),
  /** Equal for programs that do the same by the letter. */
  fingerprint: z.string(),
  /** What is obeyed and not executed: the first line, how the text is encoded, what is to be installed, how it is compiled. */
  obeyed: z.string(),
  /** By what they describe, digests of texts that only do that, which are not in the fingerprint; and of those that a decorator or a base class may read. */
  documentation: z.object({ plain: z.record(z.string(), z.string()), seen: z.record(z.string(), z.string()) }),
  /** Lines with code; comments, documentation and blank lines left out. */
  working: z.array(z.int()),
  /** Public names of the module, `Class.method` included, with how they are called. */
  api: z.array(z.object({ name: z.string(), signature: z.string() })),
  /** Names of the module that stand in another one; a relative module begins with dots. */
  imported: z.array(z.object({ name: z.string(), module: z.string(), original: z.string() })),
  /** The names that imports bind anywhere, with what they lead to, dots at its beginning for a relative one; and where these, and names of values, are used. */
  bindings: z.array(z.object({ name: z.string(), target: z.string() })),
  uses: z.array(z.object({ name: z.string(), lines: z.array(z.int()) })),
  /** Names that the module gives a value that is no function, with a text that is equal for equal programs. */
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The statements that say what the module exports, empty without any; the names as far as these tell them. */
  exports: z.object({ written: z.array(z.string()), names: z.nullable(z.array(z.string())) }),
  tests: z.array(test),
  /** Each assertion with names left out and what stands around it, so that a renaming changes none. */
  assertions: z.array(z.string()),
  rows: z.array(z.string()),
  /** The program with names left out, and the names in order. */
  blind: z.string(),
  names: z.array(z.string()),
  patched: z.array(z.string()),
  complexity: z.array(z.object({ name: z.string(), complexity: z.int() })),
  loading: z.array(loadingStep),
  /** Modules that an import makes a part of another one (`a.b`), and the parts of names that are used. */
  dotted: z.object({ made: z.array(z.string()), used: z.array(z.string()) }),
});

export type PythonFacts = z.infer<typeof facts>;

/** What Python itself told of texts, by text; without an entry when no Python could be asked. */
export interface PythonParser {
  readonly python: ReadonlyMap<string, PythonFacts>;
}

/** What Python's own parser says of texts, in their order; undefined without a Python. Nothing of the texts is run. */
export function readPythonFacts(
  texts: readonly string[],
  /** Names of folders and modules of the project. */
  own: readonly string[],
  signal: AbortSignal,
): Promise<readonly PythonFacts[] | undefined> {
  return askAll({ texts, own, isLoadingOnly: false }, z.array(facts), signal);
}

/** What happens when each of the texts is loaded. */
export function readPythonLoading(
  texts: readonly string[],
  own: readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly LoadingStep[])[] | undefined> {
  return askAll({ texts, own, isLoadingOnly: true }, z.array(z.array(loadingStep)), signal);
}

interface Question {
  readonly texts: readonly string[];
  readonly own: readonly string[];
  readonly isLoadingOnly: boolean;
}

async function askAll<T extends readonly unknown[]>(
  question: Question,
  schema: z.ZodMiniType<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'whetstone-python-'));
  try {
    const input = join(folder, 'texts.json');
    await writeFile(input, JSON.stringify(question));
    for (const program of ['python3', 'python']) {
      const answer = await askPython([program, '-I', '-S', '-c', pythonFactsProgram, input], folder, signal);
      const parsed = answer === undefined ? undefined : parsedAs(schema, answer);
      if (parsed?.length === question.texts.length) return parsed;
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function askPython(
  argv: readonly [string, ...string[]],
  cwd: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const env = { PATH: process.env['PATH'], PYTHONIOENCODING: 'utf-8' };
  const limits = { timeoutMs: 20_000, maxOutputBytes: 16 * 1024 * 1024 };
  const sandbox = await systemSandbox();
  const outcome = await sandbox.run({ argv, cwd, env, ...limits }, { writable: [], readable: [cwd] }, signal);
  if (outcome.kind === 'aborted') throw abortError(signal.reason);
  return outcome.kind === 'exited' && outcome.code === 0 ? outcome.stdout : undefined;
}

function parsedAs<T>(schema: z.ZodMiniType<T>, text: string): T | undefined {
  try {
    const parsed = z.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
