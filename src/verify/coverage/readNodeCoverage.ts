import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { executedIntervals, union } from './intervals.ts';
import { NodeCoverage, type LoadedScript, type ScriptView } from './nodeCoverage.ts';
import type { MapPlace } from './sourceMap.ts';
import type { MeasuredRun } from './runCoverage.ts';

const count = z.int().check(z.minimum(0));

const scriptSchema = z.object({
  path: z.string(),
  source: z.string().check(z.regex(/^source-[0-9a-f]{32}$/)),
  startColumn: z.int(),
  map: z.string(),
  functions: z.array(
    z.object({ ranges: z.array(z.object({ startOffset: count, endOffset: count, count: z.number() })) }),
  ),
});

/** Of one process, or of one while these test files had their turn; without any of them, of its whole life. */
const runSchema = z.object({ tests: z.array(z.string()), scripts: z.array(scriptSchema) });

const mapsSchema = z.array(z.object({ path: z.string(), code: z.string(), map: z.record(z.string(), z.unknown()) }));

type RunEntry = z.infer<typeof scriptSchema>;
type ServerMap = z.infer<typeof mapsSchema>[number];

/** The largest single file that is read, and all texts together, in bytes; what is left out is unknown. */
const maxFileBytes = 64 * 1024 * 1024;
const maxTextBytes = 256 * 1024 * 1024;

/** More processes, or turns, are not told apart. */
const maxViews = 1_000;

/** Reads what `nodeProbe` left in a folder for tests that ran in `dir` from `startedAt` on (ms since the epoch). Never rejects. */
export async function readNodeCoverage(folder: string, dir: string, startedAt: number): Promise<MeasuredRun> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const runs = names.filter((name) => name.startsWith('run-'));
  if (runs.length === 0) return { kind: 'unknown', reason: 'No process of the tests told what it executed.' };
  const maps: ServerMap[] = [];
  for (const name of names.filter((each) => each.startsWith('maps-')))
    maps.push(...((await readParsed(join(folder, name), mapsSchema)) ?? []));
  const reader = new ScriptReader(folder, dir, maps);
  const views: ScriptView[] = [];
  for (const name of runs) {
    const run = await readParsed(join(folder, name), runSchema);
    const scripts: LoadedScript[] = [];
    for (const entry of run?.scripts ?? []) scripts.push(await reader.add(entry));
    if (views.length < maxViews) views.push({ tests: run?.tests ?? [], scripts });
  }
  return { kind: 'measured', coverage: new NodeCoverage(dir, reader.scripts, startedAt, views) };
}

class ScriptReader {
  readonly #folder: string;
  readonly #dir: string;
  readonly #maps: readonly ServerMap[];
  readonly #scripts = new Map<string, LoadedScript>();
  readonly #texts = new Map<string, string>();
  #bytes = 0;

  constructor(folder: string, dir: string, maps: readonly ServerMap[]) {
    this.#folder = folder;
    this.#dir = dir;
    this.#maps = maps;
  }

  get scripts(): readonly LoadedScript[] {
    return [...this.#scripts.values()];
  }

  /** One process's view of a script, which is given; views of the same text are taken together. */
  async add(entry: RunEntry): Promise<LoadedScript> {
    const { path, source, functions } = entry;
    const executed = executedIntervals(functions.flatMap(({ ranges }) => ranges));
    const key = `${path}\n${source}`;
    const known = this.#scripts.get(key);
    if (known !== undefined) {
      this.#scripts.set(key, { ...known, executed: union(known.executed, executed) });
      return { ...known, executed };
    }
    const text = await this.#text(source);
    const script = { path, text, executed, map: await this.#mapOf(entry, text) };
    this.#scripts.set(key, script);
    return script;
  }

  async #text(source: string): Promise<string> {
    const known = this.#texts.get(source);
    if (known !== undefined) return known;
    const text = (await readBounded(join(this.#folder, source))) ?? '';
    this.#bytes += text.length;
    const kept = this.#bytes > maxTextBytes ? '' : text;
    this.#texts.set(source, kept);
    return kept;
  }

  async #mapOf({ path, map, startColumn }: RunEntry, text: string): Promise<MapPlace | undefined> {
    const first = { firstLine: 0, firstColumn: Math.max(0, -startColumn) || wrapperLength(text) };
    const inline = inlineMap(text);
    if (inline !== undefined) return { json: inline, base: path, ...first };
    const served = this.#maps.find((found) => found.path === path && placeOf(found.code, text) !== undefined);
    if (served !== undefined) {
      const place = placeOf(served.code, text);
      if (place !== undefined) return { json: JSON.stringify(served.map), base: path, ...place };
    }
    const beside = map === '' || map === 'inline' || /^\w+:/.test(map) ? undefined : resolve(dirname(path), map);
    if (beside?.startsWith(this.#dir) !== true) return undefined;
    const json = await readBounded(beside);
    return json === undefined ? undefined : { json, base: beside, ...first };
  }
}

/** The last inline map of a text; the one that its last transformation left. */
function inlineMap(text: string): string | undefined {
  const at = text.lastIndexOf('sourceMappingURL=data:application/json');
  if (at === -1) return undefined;
  const match = /^sourceMappingURL=data:application\/json[^,\s]*?(;base64)?,([^\s'"`*]+)/.exec(text.slice(at));
  if (match?.[2] === undefined) return undefined;
  try {
    return match[1] === undefined ? decodeURIComponent(match[2]) : Buffer.from(match[2], 'base64').toString('utf8');
  } catch {
    return undefined;
  }
}

/** What older versions of jest put in front of the first line. */
function wrapperLength(text: string): number {
  return /^\(\{"Object\.<anonymous>":function\([^)]*\)\{/.exec(text)?.[0].length ?? 0;
}

/** Where a text that was wrapped stands in the wrapping. */
function placeOf(code: string, text: string): Pick<MapPlace, 'firstLine' | 'firstColumn'> | undefined {
  const bare = code.replace(/(\s*\/\/# source\w+=.*)*\s*$/, '');
  const at = bare === '' ? -1 : text.indexOf(bare);
  if (at === -1) return undefined;
  const before = text.slice(0, at).split('\n');
  return { firstLine: before.length - 1, firstColumn: before.at(-1)?.length ?? 0 };
}

/** JSON of a known shape from a private file; undefined when it is not that. Never rejects. */
export async function readParsed<T>(path: string, schema: z.ZodMiniType<T>): Promise<T | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse((await readBounded(path)) ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The text of a private file, undefined when it is missing or too large. Never rejects. */
export async function readBounded(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > maxFileBytes ? undefined : await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
