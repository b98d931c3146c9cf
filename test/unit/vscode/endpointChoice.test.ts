import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ApiKeys, keyProblem } from '../../../src/vscode/apiKeys.ts';
import { chooseEndpoint, openAiBaseUrl, sameEndpoint } from '../../../src/vscode/endpointChoice.ts';

const none = { endpoint: undefined, model: undefined };

describe('the choice of an endpoint', () => {
  it('is the embedded engine without a setting and without a key', async () =>
    assert.deepEqual(await chooseEndpoint(none, keysWith({})), { kind: 'embedded' }));

  it('is OpenAI without a setting when there is a key for it, and not for a key of another origin', async () => {
    const keys = keysWith({});
    await keys.set('https://other.example/v1', 'other');
    assert.equal((await chooseEndpoint(none, keys)).kind, 'embedded');
    await keys.set(openAiBaseUrl, 'key');
    const choice = await chooseEndpoint({ ...none, model: 'm' }, keys);
    assert.ok(choice.kind === 'hosted');
    assert.deepEqual([choice.name, choice.model, choice.isLocal], ['api.openai.com', 'm', false]);
  });

  it('is what was set, key or not; loopback is local', async () => {
    const hosted = await chooseEndpoint({ ...none, endpoint: 'https://gateway.example:8443/v1' }, keysWith({}));
    assert.ok(hosted.kind === 'hosted' && hosted.name === 'gateway.example:8443' && !hosted.isLocal);
    const local = await chooseEndpoint({ ...none, endpoint: 'http://127.0.0.1:1234/v1' }, keysWith({}));
    assert.ok(local.kind === 'hosted' && local.isLocal);
    assert.equal(sameEndpoint(hosted, local), false);
    assert.equal(sameEndpoint(hosted, { ...hosted }), true);
    assert.equal(sameEndpoint(hosted, { ...hosted, model: 'other' }), false);
    assert.equal(sameEndpoint(hosted, { kind: 'embedded' }), false);
  });
});

describe('API keys', () => {
  it('are kept for one origin: another port, host or scheme has none', async () => {
    const keys = keysWith({});
    await keys.set('https://host.example/v1', 'secret');
    assert.equal(await keys.get('https://host.example/other/path'), 'secret');
    for (const other of ['https://host.example:444/v1', 'https://sub.host.example/v1', 'http://host.example/v1'])
      assert.equal(await keys.get(other), undefined, other);
    await keys.remove('https://host.example/');
    assert.equal(await keys.get('https://host.example/v1'), undefined);
  });

  it('hold nothing that a header could not carry', () => {
    assert.equal(keyProblem('sk-abc_123'), undefined);
    for (const key of ['with space', 'line\nbreak', 'schlüssel', 'x'.repeat(5_000)]) assert.ok(keyProblem(key));
  });
});

function keysWith(initial: Readonly<Record<string, string>>): ApiKeys {
  const kept = new Map(Object.entries(initial));
  return new ApiKeys({
    get: (name) => Promise.resolve(kept.get(name)),
    store: async (name, value) => void kept.set(name, value),
    delete: async (name) => void kept.delete(name),
  });
}
