import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import type { ResponsesClientOptions } from '../../src/responses/client.ts';
import type { TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays, ScriptedServer, type Script, type UpgradeAnswer } from '../support/scriptedServer.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);
let conversation: Conversation | undefined;

async function open(
  onUpgrade: (count: number) => UpgradeAnswer,
  options: Partial<ResponsesClientOptions> = {},
): Promise<Conversation> {
  const server = { script: answer, onUpgrade: (_request: unknown, count: number) => onUpgrade(count) };
  conversation = await Conversation.start(server, { transport: 'webSocket', ...options });
  return conversation;
}

function causeOf(outcome: TurnOutcome): string {
  return outcome.kind === 'unreachable' ? outcome.cause : outcome.kind;
}

describe('responses client, handshake', () => {
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  for (const [status, cause] of [
    [200, 'unsupported'],
    [400, 'refused'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'unsupported'],
    [405, 'unsupported'],
    [426, 'unsupported'],
    [501, 'unsupported'],
  ] as const)
    it(`HTTP ${status} is ${cause}, at once`, async () => {
      const talk = await open(() => ({ status }));
      const outcome = await talk.say('hi');
      assert.equal(causeOf(outcome), cause);
      assert.match('detail' in outcome ? outcome.detail : '', new RegExp(`HTTP ${status}`));
      assert.equal(talk.server.upgrades.length, 1);
    });

  for (const status of [429, 500, 502, 503])
    it(`HTTP ${status} is tried again, boundedly`, async () => {
      const talk = await open((count) => (count <= 2 ? { status } : 'accept'));
      assert.equal((await talk.say('hi')).kind, 'completed');
      assert.equal(talk.server.upgrades.length, 3);
      const never = await open(() => ({ status }), { retry: { maxReconnects: 2, baseDelayMs: 1 } });
      assert.equal(causeOf(await never.say('hi')), status === 429 ? 'limited' : 'unavailable');
      assert.equal(never.server.upgrades.length, 3);
      await talk.stop();
    });

  for (const status of [301, 302, 307, 308])
    it(`client rule 10: a redirect (${status}) is never followed`, async () => {
      const other = await ScriptedServer.start({ script: answer });
      const talk = await open(() => ({ status, headers: [`Location: ${other.baseUrl}/responses`] }));
      assert.equal(causeOf(await talk.say('hi')), 'redirected');
      assert.equal(other.upgrades.length, 0);
      await other.stop();
    });

  it('a wrong key is unauthorized; the next turn asks for the key again', async () => {
    const keys = ['wrong', 'right'];
    conversation = await Conversation.start({ script: answer, key: 'right' }, { bearer: async () => keys.shift() });
    assert.equal(causeOf(await conversation.say('1')), 'unauthorized');
    assert.equal((await conversation.say('2')).kind, 'completed');
  });

  it('a key that the endpoint refuses only at the first request is unauthorized too', async () => {
    const talk = await open(() => 'accept');
    talk.server.script = (exchange) => exchange.error('invalid_api_key', 'Incorrect key.', 401);
    assert.equal(causeOf(await talk.say('hi')), 'unauthorized');
  });

  for (const [name, bearer] of [
    ['with a line break', async () => 'key\r\nX-Injected: 1'],
    ['that is empty', async () => ''],
    ['that cannot be read', async () => Promise.reject(new Error('locked'))],
  ] as const)
    it(`a key ${name} is never sent`, async () => {
      const talk = await open(() => 'accept', { bearer });
      assert.equal(causeOf(await talk.say('hi')), 'unauthorized');
      assert.equal(talk.server.upgrades.length, 0);
    });

  it('needs no key where none is given', async () => {
    const talk = await open(() => 'accept', { bearer: async () => undefined });
    assert.equal((await talk.say('hi')).kind, 'completed');
    assert.equal(talk.server.upgrades[0]?.headers.authorization, undefined);
  });

  it('a port where nothing listens is refused, at once', async () => {
    const talk = await open(() => 'accept');
    await talk.server.stop();
    const outcome = await talk.say('hi');
    assert.equal(causeOf(outcome), 'refused');
    assert.match('detail' in outcome ? outcome.detail : '', /nothing listens/);
    assert.deepEqual(talk.events, []);
  });

  it('client rule 10: a handshake that hangs times out', async () => {
    const talk = await open(() => 'hang', { handshakeTimeoutMs: 30 });
    assert.equal(causeOf(await talk.say('hi')), 'timedOut');
  });

  it('close gives up a handshake, and one that waits for the key', async () => {
    const talk = await open(() => 'hang');
    const turn = talk.say('hi');
    await talk.server.until(() => talk.server.upgrades.length === 1);
    await talk.client.close();
    assert.deepEqual(await turn, { kind: 'aborted' });
    const keyless = new Conversation(talk.server, { bearer: () => new Promise(() => {}) });
    const waiting = keyless.say('hi');
    await keyless.client.close();
    assert.deepEqual(await waiting, { kind: 'aborted' });
  });

  it('a failed preconnect harms nothing', async () => {
    const talk = await open((count) => (count === 1 ? { status: 503 } : 'accept'));
    await talk.client.preconnect();
    assert.equal((await talk.say('hi')).kind, 'completed');
    assert.deepEqual(talk.resends, []);
  });

  for (const endpoint of [
    'http://example.com/v1',
    'ws://192.168.0.7/v1',
    'http://127.0.0.1.example.com/v1',
    'http://localhost.example.com',
    'ftp://localhost/v1',
    'https://user:secret@example.com/v1',
    'not a url',
    '',
  ])
    it(`"${endpoint}" is an invalid endpoint, and nothing is sent`, async () => {
      let asked = 0;
      const talk = await open(() => 'accept', {
        endpoint,
        bearer: async () => {
          asked++;
          return 'key';
        },
      });
      assert.equal(causeOf(await talk.say('hi')), 'invalidEndpoint');
      assert.equal(asked, 0, 'the key is not even asked for');
    });
});
