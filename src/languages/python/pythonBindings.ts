import { posix } from 'node:path';
import { targetsByName, type Bindings } from '../texts/bindings.ts';
import { absoluteName, isSameModule } from '../texts/elsewhere.ts';
import type { PythonFacts } from './pythonFacts.ts';

/** The names that imports bind anywhere in a module; undefined for one that does not parse. */
export function pythonBindings(path: string, facts: PythonFacts | undefined): Bindings | undefined {
  if (facts === undefined || facts.error !== null) return undefined;
  const folder = posix.dirname(path);
  const absolute = facts.bindings.map(({ name, target }) => [name, absoluteName(target, folder)] as const);
  return {
    targets: targetsByName(absolute),
    uses: new Map(facts.uses.map(({ name, lines }) => [name, lines])),
    values: new Map(facts.values.map(({ name, value }) => [name, value])),
  };
}

/** Whether a dotted name is the module in the file, or something in it. */
export function leadsIntoModule(target: string, file: string): boolean {
  const module = file.replace(/(\/__init__)?\.pyi?$/, '').replaceAll('/', '.');
  return [target, target.replace(/\.[^.]*$/, '')].some((one) => isSameModule(module, one));
}
