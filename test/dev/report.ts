import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';

export interface Failure {
  readonly title: string;
  readonly detail: string;
}

/** What one layer of tests came to. */
export interface LayerResult {
  readonly layer: string;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
}

const mochaReport = z.object({
  stats: z.object({ passes: z.number(), pending: z.number(), failures: z.number() }),
  failures: z.array(
    z.object({
      fullTitle: z.string(),
      err: z.object({ message: z.optional(z.string()), stack: z.optional(z.string()), diff: z.optional(z.string()) }),
    }),
  ),
});

/** Reads a JSON report of mocha; undefined when there is none or it cannot be read, which means that the layer crashed. */
export async function readReport(layer: string, file: string): Promise<LayerResult | undefined> {
  const parsed = mochaReport.safeParse(await readJson(file));
  if (!parsed.success) return undefined;
  const { stats, failures } = parsed.data;
  return {
    layer,
    passed: stats.passes,
    skipped: stats.pending,
    failures: failures.map(({ fullTitle, err }) => ({
      title: fullTitle,
      detail: err.stack ?? err.message ?? 'no message',
    })),
  };
}

/** Everything that failed, with its error, for people. */
export function printFailures(results: readonly LayerResult[], say: (line: string) => void): void {
  for (const { layer, failures } of results) {
    for (const { title, detail } of failures) {
      say(`\nFAILED  ${layer}: ${title}`);
      say(detail.trimEnd().replace(/^/gm, '    '));
    }
  }
}

/** The last line of `npm test`. */
export function summaryLine(results: readonly LayerResult[]): string {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  return `${passed} passed, ${failureCount(results)} failed`;
}

/** How many tests failed in all layers together. */
export function failureCount(results: readonly LayerResult[]): number {
  return results.reduce((sum, result) => sum + result.failures.length, 0);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
