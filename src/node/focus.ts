import { realpathSync, statSync, type Stats } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { FocusTarget } from '../agent/run.ts';
import type { PathArgument } from './cliArguments.ts';
import { findWorkspaceRoot } from './workspaceRoot.ts';

export type FocusOutcome =
  | {
      readonly ok: true;
      /** Real path of the workspace folder. */
      readonly root: string;
      /** Empty when the workspace itself was pointed at; paths of folders end in `/`. */
      readonly focus: readonly FocusTarget[];
    }
  | { readonly ok: false; readonly message: string };

/** Finds the workspace folder above what was typed and brings the paths into it; all must lie in one workspace. */
export function resolveFocus(paths: readonly PathArgument[], cwd: string): FocusOutcome {
  const places: Place[] = [];
  for (const path of paths) {
    const place = findPlace(path, cwd);
    if (typeof place === 'string') return { ok: false, message: place };
    places.push(place);
  }
  const [first] = places;
  const root = (first && findWorkspaceRoot(first.absolute)) ?? realpathSync(cwd);
  const focus: FocusTarget[] = [];
  for (const { absolute, isFolder, lines, raw } of places) {
    const below = relative(root, absolute).split(sep).join('/');
    if (below === '..' || below.startsWith('../') || resolve(root, below) !== absolute)
      return { ok: false, message: `${raw} does not lie in the workspace ${root}.` };
    if (below !== '') focus.push({ path: isFolder ? `${below}/` : below, ...lines });
  }
  return { ok: true, root, focus: focus.length === places.length ? focus : [] };
}

interface Place {
  readonly raw: string;
  /** Links resolved. */
  readonly absolute: string;
  readonly isFolder: boolean;
  readonly lines: { readonly startLine: number; readonly endLine: number } | undefined;
}

/** A file that bears the whole text as its name wins over a file with lines. */
function findPlace({ raw, lines }: PathArgument, cwd: string): Place | string {
  const whole = look(resolve(cwd, raw));
  if (whole) return { raw, absolute: realpathSync(resolve(cwd, raw)), isFolder: whole.isDirectory(), lines: undefined };
  const stats = lines && look(resolve(cwd, lines.path));
  if (!lines || !stats) return `${lines?.path ?? raw} cannot be found.`;
  if (stats.isDirectory()) return `${lines.path} is a folder and has no lines.`;
  const { start: startLine, end: endLine } = lines;
  return { raw, absolute: realpathSync(resolve(cwd, lines.path)), isFolder: false, lines: { startLine, endLine } };
}

/** Undefined for what is not there and for what may not be looked at. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
