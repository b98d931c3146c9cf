import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { CliProject, eventsOf } from '../support/cliProcess.ts';
import { localModel, rolesOf } from '../support/localModel.ts';
import { UpstreamServer } from '../support/upstreamServer.ts';

const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/joined.js': 'export function joined(a, b) {\n  var all = a + "-" + b;\n  return all;\n}\n',
  'test/joined.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { joined } from '../src/joined.js';
test('joins', () => assert.equal(joined('a', 'b'), 'a-b'));
`,
};
const ready = z.object({ baseUrl: z.string(), token: z.string() });

describe('command line with a local model behind serve', function () {
  this.timeout(600_000);
  let project: CliProject | undefined;
  let upstream: UpstreamServer | undefined;
  afterEach(async () => {
    await upstream?.close();
    assert.deepEqual(project?.processes() ?? [], [], 'processes that are left');
    project?.dispose();
  });

  it('refactors, proves and applies: deltas over one WebSocket here, whole Chat Completions there', async () => {
    project = new CliProject(files);
    upstream = await UpstreamServer.start();
    upstream.script(localModel());
    const serving = project.start(['serve', '--upstream', upstream.baseUrl, '--api', 'chat', '--json']);
    await serving.until(() => serving.stdout.includes('\n'));
    const { baseUrl, token } = ready.parse(JSON.parse(serving.stdout));
    const args = ['refactor', 'src/joined.js', '--goal', 'Modernize this', '--apply', 'verified', '--json'];
    const run = await project.run([...args, '--endpoint', baseUrl, '--model', 'local'], { WHETSTONE_API_KEY: token });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.match(project.tree.read('src/joined.js'), /const all = /);
    // The other side sees ever longer histories; ours says each thing once.
    const lengths = upstream.requests.map((request) => rolesOf(request).length);
    assert.ok(lengths.length >= 3, String(lengths));
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
    );
    const events = eventsOf(run.stdout);
    assert.ok(events.some(({ kind }) => kind === 'wire'));
    assert.deepEqual(
      events.filter(({ kind }) => kind === 'resend'),
      [],
    );
    serving.signal('SIGINT');
    assert.equal((await serving.ended).code, 0);
  });
});
