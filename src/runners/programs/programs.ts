import { programText } from '../../util/programText.ts';

/** What node:test is given as its reporter. */
export const nodeTestReporter = programText('./nodeTestReporter.mjs', import.meta.url);

/** What stands in the place of `python -m unittest`. */
export const unittestReporter = programText('./unittestReporter.py', import.meta.url);

/** What jest is given beside its own reporter where it is to end at the first failure. */
export const jestBailReporter = programText('./jestBailReporter.cjs', import.meta.url);

/** The name of `pytestPlugin` as a module. */
export const pytestPluginName = 'whetstone_midway';

/** What pytest loads beside its own, to tell tests that are marked to be skipped from those that were skipped midway. */
export const pytestPlugin = programText('./pytestPlugin.py', import.meta.url);

/** What mocha requires first, to tell whose turn it is. */
export const mochaFiles = programText('./mochaFiles.cjs', import.meta.url);

/** A reporter of jest that tells whose turn it is. */
export const jestFiles = programText('./jestFiles.cjs', import.meta.url);

/** A reporter that stands beside the one of vitest whose results are read. */
export const vitestMaps = programText('./vitestMaps.mjs', import.meta.url);

/** What stands beside the reporter of each runner and marks each test with one letter. */
export const progressPrograms = {
  vitest: programText('./vitestProgress.mjs', import.meta.url),
  jest: programText('./jestProgress.cjs', import.meta.url),
  mocha: programText('./mochaProgress.cjs', import.meta.url),
  pytest: programText('./pytestProgress.py', import.meta.url),
};
