import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { EchoModel } from '../support/echoModel.ts';
import { EngineSocket, plainRequest } from '../support/engineClient.ts';

const token = 'a-token-of-this-test';

/** Fields of a request with whatever may stand in them. */
const fields = fc.record(
  {
    type: fc.oneof({ weight: 4, arbitrary: fc.constant('response.create') }, fc.jsonValue()),
    input: fc.oneof(
      fc.string(),
      fc.array(
        fc.oneof(
          fc.record({
            type: fc.constantFrom('message', 'reasoning', 'x'),
            role: fc.constantFrom('user', 'assistant', 'developer'),
            content: fc.oneof(fc.string(), fc.jsonValue()),
          }),
          fc.record({
            type: fc.constant('function_call'),
            call_id: fc.constantFrom('a', 'b'),
            name: fc.constant('look'),
            arguments: fc.string(),
          }),
          fc.record({
            type: fc.constant('function_call_output'),
            call_id: fc.constantFrom('a', 'b'),
            output: fc.oneof(fc.string(), fc.jsonValue()),
          }),
          fc.jsonValue(),
        ),
        { maxLength: 4 },
      ),
      fc.jsonValue(),
    ),
    tools: fc.oneof(fc.constant([{ type: 'function', name: 'look' }]), fc.jsonValue()),
    tool_choice: fc.oneof(fc.constantFrom('none', 'auto', 'required'), fc.jsonValue()),
    previous_response_id: fc.oneof(fc.constant(null), fc.constant('resp_x'), fc.jsonValue()),
    generate: fc.oneof(fc.boolean(), fc.jsonValue()),
    store: fc.boolean(),
    metadata: fc.jsonValue(),
    temperature: fc.oneof(fc.double(), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const frame = fc.oneof(
  { weight: 6, arbitrary: fields.map((body) => JSON.stringify(body)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.json() },
);

describe('engine under arbitrary requests', () => {
  let server: EngineServer;
  let port: number;
  before(async () => {
    server = new EngineServer({ token, model: new EchoModel() });
    port = await server.listen();
  });
  after(() => server.close());

  it('ends each frame once, in order, and serves on', async () => {
    const client = await EngineSocket.open(port, token);
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (frames) => {
        for (const text of frames) client.socket.send(text);
        client.send({ input: 'the last one' });
        for (let ended = 0; ended < frames.length; ended++) {
          const events = await client.untilTerminal();
          const response = events.filter(({ type }) => type === 'response.created').length;
          assert.equal(response, events.at(-1)?.type === 'error' ? 0 : 1, JSON.stringify(events.at(-1)));
        }
        assert.match(JSON.stringify((await client.untilTerminal()).at(-1)), /heard the last one with/);
      }),
      { numRuns: 150 },
    );
    await client.close();
  });

  it('answers each body with JSON and a status of its own over HTTP', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const paths = fc.constantFrom('/v1/responses', '/v1/responses/compact');
    await fc.assert(
      fc.asyncProperty(frame, paths, async (body, path) => {
        const answer = await plainRequest(port, { method: 'POST', path, headers }, body);
        assert.ok([200, 400].includes(answer.status), `${answer.status} ${answer.body}`);
        if (!answer.body.startsWith('event:')) JSON.parse(answer.body);
      }),
      { numRuns: 200 },
    );
  });
});
