import { isAbsolute, normalize } from 'node:path';

/** Where a configured command leaves its results: a JUnit XML file below the folder that it runs in, or TAP on its standard output. */
export type ConfiguredReport = { readonly kind: 'junit'; readonly path: string } | { readonly kind: 'tap' };

/** Reads `junit:PATH` or `tap`; undefined for everything else. A path elsewhere would not lead into a copy. */
export function parseConfiguredReport(text: string): ConfiguredReport | undefined {
  if (text === 'tap') return { kind: 'tap' };
  const path = /^junit:(.+)$/.exec(text)?.[1];
  if (path === undefined || path.includes('\0') || isAbsolute(path)) return undefined;
  const below = normalize(path);
  return below === '.' || /^\.\.([\\/]|$)/.test(below) ? undefined : { kind: 'junit', path };
}
