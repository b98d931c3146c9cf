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
    ['environment', ['A=b'], /names of variables/],
    ['environment', 'PATH', /names of variables/],
    ['testReport', 'xml', /empty, "tap", or "junit:"/],
    ['testReport', 'junit:/tmp/r.xml', /below the folder/],
    ['testReport', 3, /"tap"/],
    ['testReport', 'tap', /whetstone\.testCommand/],
    ['testTimeLimit', 0, /seconds/],
    ['limits.maxTurns', 1.5, /whole number/],
    ['limits.maxMinutes', 0, /minutes/],
    ['allowTestEdits', 'yes', /true or false/],
    ['applyPolicy', 'never', /one of "show", "preservedOnly", "onRequest"/],
    ['applyPolicy', true, /one of/],
    ['sensitivityBudget', -1, /seconds from 0 to 3600, or null/],
    ['sensitivityBudget', 3_601, /seconds from 0 to 3600, or null/],
    ['sensitivityBudget', '10', /seconds from 0 to 3600, or null/],
    ['transport', 'udp', /"auto", "webSocket", "http"/],
    ['reasoningEffort', 'enormous', /"low", "medium"/],
    ['verbosity', 3, /empty or one of/],
    ['serviceTier', 'gold', /"flex"/],
    ['hostedTools', 'code_interpreter', /list of names/],
    ['hostedTools', [{ type: 'function', name: 'x' }], /list of names/],
    ['hostedTools', [{ name: 'x' }], /"type"/],
    ['prices', { input: -1, output: 2 }, /per million tokens/],
    ['prices', { input: 1 }, /per million tokens/],
    ['prices', { input: 1, output: 2, currency: 'dollars' }, /per million tokens/],
    ['keepConversations', 1, /true or false/],
    ['record', 'on', /true or false/],
  ];
  for (const [name, value, message] of wrong)
    it(`name ${name} when it is ${JSON.stringify(value)}`, () => {
      const outcome = readSettings(sourceOf({ [name]: value }));
      assert.ok(outcome.kind === 'invalid');
      assert.equal(outcome.setting, `whetstone.${name}`);
      assert.match(outcome.message, message);
    });

  it('take what a configured command leaves', () => {
    for (const [text, report] of [
      ['', undefined],
      ['tap', { kind: 'tap' }],
      ['junit:out/r.xml', { kind: 'junit', path: 'out/r.xml' }],
    ]) {
      const outcome = readSettings(sourceOf({ testCommand: ['make', 'test'], testReport: text }));
      assert.ok(outcome.kind === 'settings');
      assert.deepEqual(outcome.settings.testReport, report);
    }
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

  it('say what the endpoint is asked for', () => {
    const hostedTools = ['code_interpreter', { type: 'web_search', filters: {} }];
    const prices = { input: 1.25, output: 10 };
    const outcome = readSettings(sourceOf({ reasoningEffort: 'high', verbosity: '', hostedTools, prices }));
    assert.ok(outcome.kind === 'settings');
    assert.deepEqual(outcome.settings.options, {
      transport: 'auto',
      reasoningEffort: 'high',
      verbosity: undefined,
      serviceTier: undefined,
      hostedTools: [
        { type: 'code_interpreter', container: { type: 'auto' } },
        { type: 'web_search', filters: {} },
      ],
    });
    assert.deepEqual(outcome.settings.prices, { input: 1.25, cached: 1.25, output: 10, currency: 'USD' });
  });

  it('leave it to the verifier how long faults are seeded, unless a time is given', () => {
    for (const [given, ms] of [
      [undefined, undefined],
      [null, undefined],
      [0, 0],
      [2.5, 2_500],
      [3_600, 3_600_000],
    ]) {
      const outcome = readSettings(sourceOf({ sensitivityBudget: given }));
      assert.ok(outcome.kind === 'settings');
      assert.equal(outcome.settings.sensitivityMs, ms);
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
  ...['endpoint', 'model', 'testCommand', 'testReport', 'testTimeLimit', 'allowTestEdits'],
  ...['applyPolicy', 'sensitivityBudget'],
  ...['limits.maxTurns', 'limits.maxMinutes', 'limits.maxTokens'],
  ...['limits.maxWaitMinutes', 'limits.maxLossMinutes'],
  ...[
    'transport',
    'reasoningEffort',
    'verbosity',
    'serviceTier',
    'hostedTools',
    'prices',
    'keepConversations',
    'record',
    'environment',
  ],
];

function sourceOf(values: Readonly<Record<string, unknown>>, inspected: object = {}): Source {
  return { get: (name: string) => values[name], inspect: () => inspected } as unknown as Source;
}
