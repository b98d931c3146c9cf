import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, it } from 'mocha';
import { turnOptions } from '../../src/agent/modelOptions.ts';
import { userMessage } from '../../src/responses/items.ts';
import type { TurnSettings } from '../../src/responses/turn.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays } from '../support/scriptedServer.ts';

/** A response id as long as those of the largest service: "resp_" and 48 hexadecimal digits. */
const longId = (count: number): string => `resp_${count.toString(16).padStart(48, '0')}`;

describe('the envelope of a request: all of it but input and tools', () => {
  let talk: Conversation | undefined;
  afterEach(async () => {
    await talk?.stop();
    talk = undefined;
  });

  async function envelopes(turns: number, tokensOf: (turn: number) => number): Promise<readonly number[]> {
    talk = await Conversation.start({
      longIds: longId,
      script: (exchange) => {
        exchange.inputTokens = tokensOf(exchange.request.input.length);
        exchange.answer([assistantSays('ok')]);
      },
    });
    const settings: TurnSettings = {
      model: 'gpt-5.1-codex-max',
      tools: [],
      ...turnOptions({ transport: 'auto', hostedTools: [] }, randomUUID()),
    };
    for (let turn = 0; turn < turns; turn++)
      await talk.give([userMessage(`turn ${turn}`)], new AbortController().signal, settings);
    assert.deepEqual(talk.server.offences, []);
    assert.deepEqual(talk.resends, []);
    return talk.server.requests.map(({ bytes, body }) => {
      assert.equal(body['store'], false);
      assert.deepEqual(body['include'], ['reasoning.encrypted_content']);
      return bytes - Buffer.byteLength(JSON.stringify({ input: body['input'], tools: body['tools'] })) + '{},'.length;
    });
  }

  it('is at most 250 bytes from the second turn on', async () => {
    const [, ...later] = await envelopes(4, () => 5_000);
    assert.equal(later.length, 3);
    assert.ok(Math.max(...later) <= 250, later.join(', '));
    assert.match(talk?.server.requests[2]?.text ?? '', /"previous_response_id":"resp_0+2"/);
  });

  it('asks for compaction once the conversation is long, without anything being sent again', async () => {
    await envelopes(3, () => 150_000);
    const asked = talk?.server.requests.map(({ body }) => 'context_management' in body);
    assert.deepEqual(asked, [true, true, true]);
  });
});
