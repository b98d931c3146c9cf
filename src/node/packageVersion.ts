import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const manifestSchema = z.object({ name: z.literal('whetstone'), version: z.string() });

/** The version of this package; `unknown` when its manifest is not where it was shipped. */
export function packageVersion(): string {
  for (const above of ['..', '../..']) {
    try {
      const text = readFileSync(join(import.meta.dirname, above, 'package.json'), 'utf8');
      const manifest = z.safeParse(manifestSchema, JSON.parse(text));
      if (manifest.success) return manifest.data.version;
    } catch {
      // Not there: the sources stand one folder deeper than the bundles.
    }
  }
  return 'unknown';
}
