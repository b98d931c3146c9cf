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
    assert.equal(proxyFor('api.example.com', {}), undefined);
    assert.equal(proxyFor('api.example.com', { HTTPS_PROXY: proxy }), proxy);
    assert.equal(proxyFor('api.example.com', { https_proxy: proxy }), proxy);
    assert.equal(proxyFor('api.example.com', { ALL_PROXY: 'socks5://proxy:1' }), undefined);
    for (const exception of ['*', 'example.com', '.example.com', '*.example.com', 'x, api.example.com:443'])
      assert.equal(proxyFor('api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: exception }), undefined, exception);
    assert.equal(proxyFor('api.example.com', { HTTPS_PROXY: proxy, NO_PROXY: 'ample.com,api.example' }), proxy);
  });
});

describe('engine module', () => {
  it('stands beside the bundle, or among the sources', () => {
    assert.equal(engineModulePath('/p/dist/cliMain.cjs'), '/p/dist/engine.cjs');
    assert.equal(engineModulePath('/p/src/node/engineEndpoint.ts'), '/p/src/engine/main.ts');
  });
});
