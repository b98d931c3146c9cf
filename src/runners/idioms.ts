import type { Equality, Failure, ModuleImport, TestIdiom, WriteCall } from './runner.ts';

const assertModule: ModuleImport = { names: 'assert', module: 'node:assert/strict' };

/** Tests that say `expect`, of a runner by the names of which are global unless it has a module for them. */
export const expecting = {
  parameter: '',
  isFlat: false,
  equal: (write: WriteCall, { actual, expected, isPlain }: Equality) =>
    `${write('expect', [actual])}.${isPlain ? 'toBe' : 'toStrictEqual'}(${expected})`,
  fails: (write: WriteCall, { call, wanted, isPromise }: Failure) =>
    isPromise
      ? `await ${write('expect', [call])}.rejects.toMatchObject(${wanted})`
      : `${write('expect', [`() => ${call}`])}.toThrow(expect.objectContaining(${wanted}))`,
  wrapsMessages: false,
  findsBareTypeScript: true,
} satisfies Partial<TestIdiom>;

/** Tests that use what Node brings to assert. */
export function asserting(imports: readonly ModuleImport[], test: TestIdiom['test']): TestIdiom {
  return {
    imports: [assertModule, ...imports],
    test,
    parameter: '',
    isFlat: false,
    equal: (write, { actual, expected, isPlain }) =>
      write(isPlain ? 'assert.equal' : 'assert.deepEqual', [actual, expected]),
    fails: (_, { call, wanted, isPromise }) =>
      isPromise ? `await assert.rejects(${call}, ${wanted})` : `assert.throws(() => ${call}, ${wanted})`,
    wrapsMessages: false,
    place: { folder: 'test' },
    ending: (ending) => ending,
    heedsPackageType: true,
    findsBareTypeScript: false,
  };
}
