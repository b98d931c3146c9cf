import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { detectApi } from '../../src/engine/upstream/detectApi.ts';
import { UpstreamModel } from '../../src/engine/upstream/upstreamModel.ts';
import { EngineSocket, errorOf } from '../support/engineClient.ts';
import { byPath, json, raw, UpstreamServer } from '../support/upstreamServer.ts';

const token = 'a-token-of-this-test';
const never = new AbortController().signal;
const wrong = json({ error: { message: 'model is missing' } }, 400);

describe('finding out what an upstream server speaks, and where', () => {
  let upstream: UpstreamServer;

  before(async () => void (upstream = await UpstreamServer.start()));
  after(() => upstream.close());

  const detect = (baseUrl = upstream.origin, apiKey?: string): ReturnType<typeof detectApi> =>
    detectApi({ baseUrl, apiKey }, never);

  it('goes on with /v1 where only that answers', async () => {
    const found = { kind: 'found', baseUrl: upstream.baseUrl };
    upstream.script(byPath({ '/v1/models': json({ data: [] }), '/v1/chat/completions': wrong }));
    assert.deepEqual(await detect(), { ...found, api: 'chat' });
    assert.deepEqual(await detect(`${upstream.origin}/`), { ...found, api: 'chat' });
    upstream.script(byPath({ '/v1/models': json({ data: [] }), '/v1/responses': wrong }));
    assert.deepEqual(await detect(), { ...found, api: 'responses' });
    const page = raw('<html><title>A server</title></html>', { contentType: 'text/html' });
    upstream.script(byPath({ '/v1/models': json({ data: [] }), '/v1/responses': wrong }, page));
    assert.deepEqual(await detect(), { ...found, api: 'responses' });
  });

  it('stays where it was sent when that answers, also to say that there is no such model', async () => {
    const missing = json({ error: { message: 'The model "" does not exist.' } }, 404);
    for (const answer of [wrong, missing, json({}, 422)]) {
      upstream.script(byPath({ '/chat/completions': answer, '/v1/models': json({ data: [] }) }));
      assert.deepEqual(await detect(), { kind: 'found', api: 'chat' });
    }
  });

  it('takes 200 with an error about the path for a path that is not there', async () => {
    const unknown = json({ error: 'Unexpected endpoint or method. (POST /v1/responses). Returning 200 anyway' });
    upstream.script(byPath({ '/v1/chat/completions': wrong }, unknown));
    assert.deepEqual(await detect(upstream.baseUrl), { kind: 'found', api: 'chat' });
  });

  it('says what to do where nothing answers, and where a key is wanted', async () => {
    upstream.script(byPath({}));
    const nothing = await detect();
    assert.match(
      nothing.kind === 'failed' ? nothing.reason : '',
      /neither \/responses nor \/chat\/completions.*--upstream/,
    );
    upstream.script(json({ error: { message: 'no key' } }, 401));
    const wanted = await detect(upstream.baseUrl);
    assert.match(wanted.kind === 'failed' ? wanted.reason : '', /WHETSTONE_UPSTREAM_KEY is not set: no key$/);
    const refused = await detect(upstream.baseUrl, 'k');
    assert.match(refused.kind === 'failed' ? refused.reason : '', /refused the key: no key$/);
  });

  it('names the missing /v1 in a refusal where nobody had asked before', async () => {
    upstream.script(byPath({ '/v1/models': json({ data: [] }) }));
    const model = new UpstreamModel({ baseUrl: upstream.origin, apiKey: undefined, api: 'chat' });
    const server = new EngineServer({ token, model });
    const client = await EngineSocket.open(await server.listen(), token);
    const { status, error } = errorOf((await client.exchange({ input: 'x' })).at(-1));
    assert.equal(status, 404);
    assert.match(error.message, /404 page not found.*start serve with --upstream http:\/\/127\.0\.0\.1:\d+\/v1\.\)$/);
    upstream.script(json({ error: { message: 'model "m" not found' } }, 404));
    assert.equal(errorOf((await client.exchange({ input: 'x' })).at(-1)).error.message, 'model "m" not found');
    await client.close();
    await server.close();
  });
});
