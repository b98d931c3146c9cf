import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { within } from '../../../src/util/abort.ts';

describe('a wait that is bounded', () => {
  it('settles as what is waited for, or gives undefined once that takes too long', async () => {
    assert.equal(await within(Promise.resolve(1), 60_000), 1);
    await assert.rejects(within(Promise.reject(new Error('no')), 60_000), /no/);
    assert.equal(await within(new Promise(() => {}), 1), undefined);
  });

  it('leaves no timer behind that would hold up the end of a process', function () {
    this.timeout(60_000);
    const url = new URL('../../../src/util/abort.ts', import.meta.url).href;
    const script = `import { within } from ${JSON.stringify(url)}; await within(Promise.resolve(1), 3_600_000);`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 });
    assert.equal(status, 0, stderr.toString());
  });
});
