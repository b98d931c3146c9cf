import { strict as assert } from 'node:assert';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { makeLoopbackCertificate } from '../support/certificates.ts';
import { CliProject } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

describe('command line: an authority of the company', function () {
  this.timeout(300_000);
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

  for (const transport of ['webSocket', 'http']) {
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

  for (const transport of ['webSocket', 'http'])
    it(`is reached through the proxy of the environment, which sees no key: ${transport}`, async () => {
      const { port } = front.address() as AddressInfo;
      const asked: string[] = [];
      const tunnels: Duplex[] = [];
      let seen = '';
      const proxy = createHttpServer((_request, response) => response.writeHead(400).end());
      proxy.on('connect', (request: IncomingMessage, socket: Duplex) => {
        asked.push(request.url ?? '');
        tunnels.push(socket);
        const inner = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        inner.on('error', () => socket.destroy());
        socket.on('error', () => inner.destroy()).on('data', (data: Buffer) => (seen += data.toString('latin1')));
        socket.pipe(inner).pipe(socket);
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const { port: proxyPort } = proxy.address() as AddressInfo;
      // A name that is this machine and, with its dot, is not taken for it: as a host elsewhere would be.
      const args = ['refactor', 'a.js', '--goal', 'tidy', '--endpoint', 'https://localhost.:1/v1'];
      const { code, stdout, stderr } = await project.run([...args, '--transport', transport], {
        WHETSTONE_API_KEY: 'the-key',
        NODE_EXTRA_CA_CERTS: project.tree.path('authority.pem'),
        HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
      });
      for (const tunnel of tunnels) tunnel.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
      assert.equal(code, 0, stdout + stderr);
      assert.ok(asked.length > 0 && asked.every((target) => target === 'localhost.:1'), asked.join());
      assert.ok(seen !== '' && !seen.includes('the-key'));
    });
});
