import { strict as assert } from 'node:assert';
import { connect, type AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { makeLoopbackCertificate } from '../support/certificates.ts';
import { CliProject } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

describe('command line: an authority of the company', function () {
  this.timeout(60_000);
  let project: CliProject;
  let model: ScriptedServer;
  let front: Server;

  beforeEach(async () => {
    const { authority, certificate, privateKey } = await makeLoopbackCertificate();
    project = new CliProject({ 'package.json': '{}', 'a.js': 'var a;\n', 'authority.pem': authority });
    model = await startScriptedModel(['Nothing is to be done.'], { key: 'the-key', http: true });
    front = createServer({ cert: certificate, key: privateKey }, (socket) => {
      const inner = connect(model.port, '127.0.0.1');
      socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
      inner.on('error', () => socket.destroy());
      socket.pipe(inner).pipe(socket);
    });
    front.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await model.stop();
    await new Promise<void>((resolve) => front.close(() => resolve()));
    project.dispose();
  });

  const run = (transport: string, env: NodeJS.ProcessEnv) => {
    const { port } = front.address() as AddressInfo;
    const endpoint = `https://127.0.0.1:${port}/v1`;
    const args = ['refactor', 'a.js', '--goal', 'tidy', '--endpoint', endpoint, '--transport', transport];
    return project.run(args, { WHETSTONE_API_KEY: 'the-key', ...env });
  };

  for (const transport of ['webSocket', 'http', 'auto']) {
    it(`is trusted through NODE_EXTRA_CA_CERTS: ${transport}`, async () => {
      const { code, stdout, stderr } = await run(transport, {
        NODE_EXTRA_CA_CERTS: project.tree.path('authority.pem'),
      });
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /Nothing is to be done/);
    });

    it(`and is not trusted without: ${transport}, with the key kept`, async () => {
      const { code, stdout, stderr } = await run(transport, {});
      assert.equal(code, 69, stdout + stderr);
      assert.match(stdout, /could not be reached|certificate/);
      assert.equal(model.requests.length, 0);
      assert.equal(model.upgrades.length, 0);
    });
  }
});
