import { posix } from 'node:path';
import * as z from 'zod/mini';
import { isScript } from '../texts/changedText.ts';
import type { Project } from '../texts/project.ts';

/** Who may use what a file of the project exports. */
export interface ProjectUses {
  /** Nobody outside of the project can load the file by a path. */
  readonly isInternal: (path: string) => boolean;
  /** A script that does not change takes the name from the file still, or that cannot be known. */
  readonly takesFrom: (name: string, path: string) => boolean;
}

/** Nothing is known of a project. */
export const noProject: ProjectUses = { isInternal: () => false, takesFrom: () => true };

const manifestSchema = z.object({
  private: z.optional(z.unknown()),
  exports: z.optional(z.unknown()),
  main: z.optional(z.unknown()),
  module: z.optional(z.unknown()),
  types: z.optional(z.unknown()),
  browser: z.optional(z.unknown()),
  bin: z.optional(z.unknown()),
  workspaces: z.optional(z.unknown()),
});

type Manifest = z.infer<typeof manifestSchema>;

/** What the manifest of a project and its scripts say of it. */
export function usesIn(project: Project): ProjectUses {
  return {
    isInternal: (path) => {
      const manifest = isScript(path) ? nearestManifest(project, path) : undefined;
      return manifest !== undefined && !isReachable(manifest, path);
    },
    takesFrom: (name, path) =>
      project.some(`takes ${name} from ${path}`, ({ text, isChanged }) => {
        if (isChanged) return false;
        const stem = escaped(stemOf(path));
        const leads = new RegExp(`['"\`][^'"\`\\n]*(?:^|[/'"\`])${stem}(?:\\.[cm]?[jt]sx?)?['"\`]`).test(text);
        return leads && new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`).test(text);
      }),
  };
}

/** Only one in the folder of the project itself is understood: packages of a monorepo load each other by any path. */
function nearestManifest(project: Project, path: string): Manifest | undefined {
  for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder))
    if (project.readText(`${folder}/package.json`) !== undefined) return undefined;
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(project.readText('package.json') ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** A package with a list of exports gives nothing else; one that is private is loaded by nobody, but for what the manifest names. */
function isReachable(manifest: Manifest, path: string): boolean {
  if (manifest.workspaces !== undefined) return true;
  if (manifest.exports === undefined && manifest.private !== true) return true;
  const { exports, main, module, types, browser, bin } = manifest;
  const named = JSON.stringify([exports, main, module, types, browser, bin] satisfies unknown[]);
  if (named.includes('*')) return true;
  const isIndex = exports === undefined && main === undefined && stemOf(path) === 'index' && !path.includes('/');
  // A build may put a file of any folder anywhere, so that its name alone counts.
  return isIndex || new RegExp(`[/"]${escaped(stemOf(path))}(?:\\.[^"/]*)?"`).test(named);
}

/** The name of the file, or of its folder where that is what is loaded. */
function stemOf(path: string): string {
  return posix.basename(path).replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
