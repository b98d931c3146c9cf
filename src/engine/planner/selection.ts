import { runners } from '../../runners/table.ts';

/** Files that are taken of a folder or of the whole workspace at once. */
export const maxChosenFiles = 40;

const supported = /\.[cm]?[jt]sx?$/i;
const declarations = /\.d\.[cm]?ts$/i;
const testFolders =
  /(?:^|\/)(?:__tests__|__mocks__|__fixtures__|__snapshots__|tests?|specs?|e2e|fixtures?|cypress|playwright)\//i;
const testNames =
  /(?:^|\/)(?:test|spec)\.[cm]?[jt]sx?$|[._-](?:test|tests|spec|specs|cy|e2e)\.[cm]?[jt]sx?$|(?:^|\/)test[-_][^/]*$/i;
const generated =
  /(?:^|\/)(?:dist|build|out|output|coverage|vendor|third_party|node_modules|\.[^/]+)\/|\.min\.[cm]?js$|\.bundle\.js$/i;
const configuration =
  /(?:^|\/)(?:\.[^/]+|[^/]*\.config)\.[cm]?[jt]s$|(?:^|\/)\.[^/]+$|(?:^|\/)(?:gulpfile|gruntfile|karma\.conf)[^/]*$/i;

/** What became of a list of files. */
export interface Selection {
  readonly chosen: readonly string[];
  readonly tests: number;
  /** Generated, vendored, configuration or declarations. */
  readonly setApart: number;
  readonly otherLanguages: number;
  /** Fit, but beyond the limit. */
  readonly beyondLimit: number;
}

/** True for the languages that the analyses know. */
export function isSupported(path: string): boolean {
  return supported.test(path) && !declarations.test(path);
}

/** True for files whose change could make tests pass by weakening them. */
export function isTest(path: string): boolean {
  return testFolders.test(path) || testNames.test(path);
}

function isConfiguration(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return configuration.test(path) || runners.some(({ configuration: { files } = {} }) => files?.test(name) === true);
}

/** Takes the sources out of a list of files; a folder that the user named is not held against what lies in it. */
export function selectSources(paths: readonly string[], folder: string, limit: number): Selection {
  const fit: string[] = [];
  const counts = { tests: 0, setApart: 0, otherLanguages: 0 };
  for (const path of paths) {
    const below = folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
    if (!supported.test(path)) counts.otherLanguages++;
    else if (isTest(path)) counts.tests++;
    else if (declarations.test(path) || generated.test(below) || isConfiguration(below)) counts.setApart++;
    else fit.push(path);
  }
  return { chosen: fit.slice(0, limit), ...counts, beyondLimit: Math.max(0, fit.length - limit) };
}
