import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parseJasmineEvents } from '../../../src/runners/reports/jasmineEvents.ts';

/** What jasmine 7 made our reporter write, in an order by chance. */
const report = [
  { order: 4, path: ['cart', 'gives up'], status: 'pending', message: '', reason: 'later' },
  { order: 5, path: ['cart', 'gives up silently'], status: 'pending', message: '', reason: '' },
  { order: 2, path: ['cart', 'is off'], status: 'pending', message: '', reason: 'Temporarily disabled with xit' },
  { order: 1, path: ['cart', 'fails'], status: 'failed', message: 'Expected 1 to be 2.\n    at x', reason: '' },
  { order: 0, path: ['cart', 'adds'], status: 'passed', message: '', reason: '' },
  { order: 6, path: ['cart', 'other'], status: 'excluded', message: '', reason: '' },
  { order: Number.MAX_SAFE_INTEGER, path: ['cart', '(hook)'], status: 'failed', message: 'Error: hook\n', reason: '' },
].map((test) => JSON.stringify({ type: 'test', file: '/copy/spec/cart.spec.js', ...test }));
const end = '{"type":"end"}\n';

describe('parseJasmineEvents', () => {
  it('gives the tests in the order in which they are declared', () => {
    const parsed = parseJasmineEvents([...report, end].join('\n'));
    assert.ok(parsed.kind === 'tests');
    assert.deepEqual(
      parsed.tests.map(({ path, outcome, message, hasRun }) => [path.at(-1), outcome, message, hasRun]),
      [
        ['adds', 'passed', undefined, undefined],
        ['fails', 'failed', 'Expected 1 to be 2.\n    at x', undefined],
        ['is off', 'skipped', undefined, undefined],
        ['gives up', 'skipped', undefined, true],
        ['gives up silently', 'skipped', undefined, undefined],
        ['other', 'skipped', undefined, undefined],
        ['(hook)', 'failed', 'Error: hook\n', undefined],
      ],
    );
  });

  it('believes none that is cut off, or is of another shape', () => {
    assert.equal(parseJasmineEvents(report.join('\n')).kind, 'unreadable');
    for (const text of ['', 'null', '{"type":"test"}\n' + end, 'ok 1\n' + end])
      assert.equal(parseJasmineEvents(text).kind, 'unreadable', text);
  });
});
