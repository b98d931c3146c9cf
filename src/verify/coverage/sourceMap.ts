import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { traceSegment, TraceMap } from '@jridgewell/trace-mapping';
import * as z from 'zod/mini';

/** A source map and how it lies on the script that ran. */
export interface MapPlace {
  /** The JSON of the map. */
  readonly json: string;
  /** Its sources are named from here: the script, or the file that the map was read from. */
  readonly base: string;
  /** Where the mapped text begins in the script. */
  readonly firstLine: number;
  /** Columns that the first line is shifted to the right by. */
  readonly firstColumn: number;
}

/** The way from what ran to one written text. Lines and columns are zero-based. */
export interface SourceMap {
  /** The columns of the first line may count a byte order mark, which the written text is given without. */
  readonly mayCountMark: boolean;
  find(
    line: number,
    column: number,
  ): { readonly line: number; readonly column: number; readonly isExact: boolean } | undefined;
}

const mapSchema = z.object({
  version: z.union([z.literal(3), z.literal('3')]),
  mappings: z.string(),
  sources: z.array(z.nullable(z.string())),
  sourcesContent: z.optional(z.nullable(z.array(z.nullable(z.string())))),
  sourceRoot: z.optional(z.nullable(z.string())),
  names: z.optional(z.array(z.string())),
});

/** Reads a map that leads to the text of `path`; undefined when it leads elsewhere, or to another text. Never throws. */
export function readSourceMap(place: MapPlace, path: string, written: string): SourceMap | undefined {
  const parsed = parse(place.json);
  if (parsed === undefined) return undefined;
  const { sources, sourcesContent, sourceRoot, mappings, names } = parsed;
  const index = sources.findIndex(
    (source) => source !== null && resolveSource(place.base, sourceRoot, source) === path,
  );
  if (index === -1) return undefined;
  const content = sourcesContent?.[index];
  if (typeof content === 'string' && withoutHead(content) !== withoutHead(written)) return undefined;
  const mayCountMark = (content ?? '\uFEFF').startsWith('\uFEFF') && !written.startsWith('\uFEFF');
  try {
    const map = new TraceMap({ version: 3, mappings, sources: [...sources], names: [...(names ?? [])] });
    return { mayCountMark, find: (line, column) => trace(map, index, line - place.firstLine, column, place) };
  } catch {
    return undefined;
  }
}

/** The paths that a map leads to, absolute; with what it says they hold. Never throws. */
export function sourcesOf(place: MapPlace): readonly { readonly path: string; readonly content: string | undefined }[] {
  const parsed = parse(place.json);
  if (parsed === undefined) return [];
  return parsed.sources.flatMap((source, index) =>
    source === null
      ? []
      : [
          {
            path: resolveSource(place.base, parsed.sourceRoot, source),
            content: parsed.sourcesContent?.[index] ?? undefined,
          },
        ],
  );
}

function trace(
  map: TraceMap,
  source: number,
  line: number,
  column: number,
  { firstColumn }: MapPlace,
): ReturnType<SourceMap['find']> {
  const own = line === 0 ? column - firstColumn : column;
  if (line < 0 || own < 0) return undefined;
  const segment = traceSegment(map, line, own);
  if (segment === null || segment.length === 1 || segment[1] !== source) return undefined;
  return { line: segment[2], column: segment[3], isExact: segment[0] === own };
}

function parse(json: string): z.infer<typeof mapSchema> | undefined {
  try {
    const parsed = mapSchema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function resolveSource(base: string, root: string | null | undefined, source: string): string {
  try {
    if (source.startsWith('file:')) return fileURLToPath(source);
  } catch {
    return source;
  }
  return resolve(dirname(base), root ?? '', source.replace(/[?#].*$/, ''));
}

/** Without a byte order mark and the first line for a shell, which runners take away, its end left where it is. */
function withoutHead(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/^#!.*/, '');
}
