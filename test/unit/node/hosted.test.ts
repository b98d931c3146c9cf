import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { engineModulePath } from '../../../src/node/engineEndpoint.ts';
import { hostedNotice, tellOnce } from '../../../src/node/hostedNotice.ts';
import { proxyFor } from '../../../src/node/proxy.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

describe('hosted endpoints', () => {
  it('are told of once each, also when several runs start at the same time', async () => {
    const folder = new TemporaryFolder();
    try {
      const told: string[] = [];
      const tell = (name: string) => tellOnce(join(folder.path, 'a/told'), name, () => told.push(name));
      await Promise.all([tell('one'), tell('one'), tell('two')]);
      await tell('one');
      assert.deepEqual(told.sort(), ['one', 'two']);
    } finally {
      folder.dispose();
    }
  });

  it('are told of again when that cannot be remembered', async () => {
    let told = 0;
    for (let run = 0; run < 2; run++) await tellOnce('/dev/null/no', 'one', () => (told += 1));
    assert.equal(told, 2);
  });

  it('are named, with what goes there', () => {
    const notice = hostedNotice('api.example.com');
    for (const part of ['api.example.com', 'goal', 'text', 'tests', '.env', 'store: false'])
      assert.ok(notice.includes(part), part);
  });

  it('are reached through the proxy that the environment names', () => {
    const proxy = 'http://proxy:3128';
    const of = (address: string, env: NodeJS.ProcessEnv): string | undefined => proxyFor(new URL(address), env);
    const hosted = 'https://api.example.com/v1';
    assert.equal(of(hosted, {}), undefined);
    assert.equal(of(hosted, { HTTPS_PROXY: proxy }), proxy);
    assert.equal(of(hosted, { https_proxy: proxy }), proxy);
    assert.equal(of(hosted, { HTTPS_PROXY: 'proxy:3128' }), proxy);
    assert.equal(of(hosted, { HTTP_PROXY: proxy }), undefined);
    assert.equal(of('http://models.example.com:8080/v1', { HTTP_PROXY: proxy }), proxy);
    assert.equal(of('http://models.example.com:8080/v1', { HTTPS_PROXY: proxy }), undefined);
    assert.equal(of(hosted, { ALL_PROXY: proxy }), proxy);
    assert.equal(of(hosted, { ALL_PROXY: 'socks5://proxy:1' }), undefined);
    for (const exception of ['*', 'example.com', '.example.com', '*.example.com', 'x, api.example.com:443', '*:443'])
      assert.equal(of(hosted, { HTTPS_PROXY: proxy, NO_PROXY: exception }), undefined, exception);
    for (const other of ['ample.com,api.example', 'api.example.com:8443', 'example.com:80', '.', ','])
      assert.equal(of(hosted, { HTTPS_PROXY: proxy, NO_PROXY: other }), proxy, other);
    assert.equal(
      of('https://api.example.com:8443/v1', { HTTPS_PROXY: proxy, NO_PROXY: 'example.com:8443' }),
      undefined,
    );
    for (const exception of ['[fd00::1]', 'fd00::1', '[fd00::1]:8443'])
      assert.equal(of('https://[fd00::1]:8443/v1', { HTTPS_PROXY: proxy, NO_PROXY: exception }), undefined, exception);
    assert.equal(of('https://[fd00::1]:8443/v1', { HTTPS_PROXY: proxy, NO_PROXY: '[fd00::1]:443' }), proxy);
  });
});

describe('engine module', () => {
  it('stands beside the bundle, or among the sources', () => {
    assert.equal(engineModulePath('/p/dist/cliMain.cjs'), '/p/dist/engine.cjs');
    assert.equal(engineModulePath('/p/src/node/engineEndpoint.ts'), '/p/src/engine/main.ts');
  });
});
