import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { failureCount, printFailures, readReport, summaryLine, type LayerResult } from '../../dev/report.ts';

const good: LayerResult = { layer: 'unit', passed: 3, skipped: 0, failures: [] };
const bad: LayerResult = { layer: 'lint', passed: 1, skipped: 2, failures: [{ title: 'adds', detail: 'off by\none' }] };

describe('report of npm test', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whetstone-report-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('sums all layers in its last line', () => {
    assert.equal(summaryLine([good, bad]), '4 passed, 1 failed');
    assert.equal(failureCount([good, bad]), 1);
  });

  it('shows every failure with its layer and its whole error', () => {
    const lines: string[] = [];
    printFailures([good, bad], (line) => lines.push(line));
    assert.deepEqual(lines, ['\nFAILED  lint: adds', '    off by\n    one']);
  });

  it('reads what mocha writes', async () => {
    const file = join(folder, 'good.json');
    const failures = [{ fullTitle: 'a b', err: { message: 'm', stack: 's' } }];
    await writeFile(file, JSON.stringify({ stats: { passes: 2, pending: 1, failures: 1 }, failures, other: 1 }));
    const expected = { layer: 'unit', passed: 2, skipped: 1, failures: [{ title: 'a b', detail: 's' }] };
    assert.deepEqual(await readReport('unit', file), expected);
  });

  it('takes a report that is missing or cut for no report', async () => {
    const file = join(folder, 'cut.json');
    await writeFile(file, '{"stats":{"passes":2');
    assert.equal(await readReport('unit', file), undefined);
    assert.equal(await readReport('unit', join(folder, 'none.json')), undefined);
  });
});
