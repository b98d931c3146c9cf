import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readSettings } from '../../../src/vscode/settings.ts';

type Source = Parameters<typeof readSettings>[0];

describe('settings', () => {
  it('are parsed, or the wrong one is named, whatever stands there', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything()), (values) => {
        const outcome = readSettings(sourceOf(values));
        if (outcome.kind === 'invalid') assert.ok(names.some((name) => outcome.message.includes(`whetstone.${name}`)));
        else assert.ok(outcome.settings.limits.maxTurns >= 1);
      }),
    ));

  const wrong: readonly [string, unknown, RegExp][] = [
    ['endpoint', 'example.com', /whetstone\.endpoint cannot be used/],
    ['endpoint', 'http://example.com/v1', /https/],
    ['endpoint', 'https://me:secret@example.com/v1', /user name or password/],
    ['endpoint', 5, /base URL/],
    ['testCommand', 'npm test', /list of program and arguments/],
    ['testCommand', ['npm', 5], /list of program and arguments/],
    ['testCommand', ['  '], /empty program name/],
    ['testTimeLimit', 0, /seconds/],
    ['limits.maxTurns', 1.5, /whole number/],
    ['limits.maxMinutes', 0, /minutes/],
    ['allowTestEdits', 'yes', /true or false/],
  ];
  for (const [name, value, message] of wrong)
    it(`name ${name} when it is ${JSON.stringify(value)}`, () => {
      const outcome = readSettings(sourceOf({ [name]: value }));
      assert.ok(outcome.kind === 'invalid');
      assert.equal(outcome.setting, `whetstone.${name}`);
      assert.match(outcome.message, message);
    });

  it('take a test command as the own one only from the user', () => {
    const own = readSettings(sourceOf({ testCommand: ['node', '--test'] }, { globalValue: ['node', '--test'] }));
    assert.ok(own.kind === 'settings' && own.settings.isTestCommandOwn);
    for (const where of ['workspaceValue', 'workspaceFolderValue'])
      for (const alsoOwn of [{}, { globalValue: ['node', '--test'] }]) {
        const outcome = readSettings(sourceOf({ testCommand: ['sh'] }, { ...alsoOwn, [where]: ['sh'] }));
        assert.ok(outcome.kind === 'settings' && !outcome.settings.isTestCommandOwn, where);
      }
  });

  it('treat blank texts as absent and count in milliseconds', () => {
    const outcome = readSettings(sourceOf({ endpoint: ' ', model: '', testTimeLimit: 2, 'limits.maxMinutes': 0.5 }));
    assert.ok(outcome.kind === 'settings');
    const { endpoint, model, testTimeLimitMs, limits } = outcome.settings;
    assert.deepEqual([endpoint, model, testTimeLimitMs, limits.maxMs], [undefined, undefined, 2_000, 30_000]);
  });
});

const names = [
  ...['endpoint', 'model', 'testCommand', 'testTimeLimit', 'allowTestEdits'],
  ...['limits.maxTurns', 'limits.maxMinutes', 'limits.maxTokens'],
];

function sourceOf(values: Readonly<Record<string, unknown>>, inspected: object = {}): Source {
  return { get: (name: string) => values[name], inspect: () => inspected } as unknown as Source;
}
