import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { CliProject, eventsOf } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import { call, type Exchange } from '../support/scriptedServer.ts';

function refuseContextManagement(exchange: Exchange): void {
  assert.ok('context_management' in exchange.request.body);
  exchange.error(null, 'Unknown parameter.', 400, { param: 'context_management' });
}

describe('command line: a long conversation', function () {
  this.timeout(300_000);

  it('is made shorter between turns where the endpoint does not do so by itself', async () => {
    const project = new CliProject({ 'package.json': '{}', 'a.js': 'var a;\n' });
    const server = await startScriptedModel(
      [
        refuseContextManagement,
        (exchange) => {
          exchange.inputTokens = 250_000;
          exchange.answer([call('call_1', 'list_files', { path: null, pattern: null })]);
        },
        'Nothing is to be done.',
      ],
      { http: true, compact: (input) => [{ type: 'compaction', encrypted_content: 'short' }, ...input.slice(-2)] },
    );
    try {
      const args = ['refactor', 'a.js', '--goal', 'tidy', '--endpoint', server.baseUrl, '--json'];
      const { code, stdout, stderr } = await project.run(args);
      assert.equal(code, 0, stdout + stderr);
      assert.deepEqual(
        server.posts.map(({ url }) => url),
        ['/v1/responses/compact'],
      );
      const last = server.requests.at(-1);
      assert.equal(last?.input[0]?.['type'], 'compaction');
      assert.ok(
        last.input.some(({ call_id: id }) => id === 'call_1'),
        'the result of the call still goes up',
      );
      assert.ok(!('previous_response_id' in last.body));
      assert.ok(
        eventsOf(stdout).some(({ kind, reason }) => kind === 'resend' && reason === 'compacted'),
        stdout,
      );
    } finally {
      await server.stop();
      project.dispose();
    }
  });
});
