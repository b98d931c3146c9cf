import { strict as assert } from 'node:assert';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { nodeProbe } from '../../../../src/verify/coverage/probes.ts';
import { TempTree } from '../../../support/tempTree.ts';

const written = z.object({ tests: z.array(z.string()) });

describe('probe of Node', () => {
  let tree: TempTree | undefined;
  afterEach(() => tree?.dispose());

  for (const name of ['jest-worker/build/child.js', String.raw`\jest-worker\build\child.js`])
    it(`is told by jest which file a helper of its has to run: ${name}`, async function () {
      if (process.platform === 'win32' && name.includes('\\')) return this.skip();
      this.timeout(60_000);
      tree = new TempTree({
        'probe.cjs': nodeProbe,
        'out/.keep': '',
        [name]: "process.on('message', () => process.disconnect());",
      });
      const env = {
        ...process.env,
        WHETSTONE_COVERAGE: join(tree.root, 'out'),
        WHETSTONE_COVERAGE_ROOT: tree.root,
        NODE_V8_COVERAGE: undefined,
      };
      const child = fork(join(tree.root, name), { execArgv: ['--require', join(tree.root, 'probe.cjs')], env });
      child.send([1, false, 'worker', [{ path: '/a.test.js' }]]);
      await once(child, 'exit');
      const told = readdirSync(join(tree.root, 'out')).filter((one) => one.startsWith('run-'));
      assert.deepEqual(
        told.map((one) => written.parse(JSON.parse(readFileSync(join(tree?.root ?? '', 'out', one), 'utf8'))).tests),
        [['/a.test.js']],
      );
    });
});
