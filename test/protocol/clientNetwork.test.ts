import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { after, afterEach, before, describe, it } from 'mocha';
import type { TransportKind } from '../../src/responses/turn.ts';
import { makeLoopbackCertificate, type LoopbackCertificate } from '../support/certificates.ts';
import { Conversation } from '../support/conversation.ts';
import { assistantSays, type Script } from '../support/scriptedServer.ts';
import { Tunnel } from '../support/tunnel.ts';

const answer: Script = (exchange) => exchange.answer([assistantSays('ok')]);
const transports: readonly TransportKind[] = ['webSocket', 'http'];
let pem: LoopbackCertificate;
let conversation: Conversation | undefined;

async function openSecure(options: Parameters<typeof Conversation.start>[1] = {}): Promise<Conversation> {
  const tls = { cert: pem.certificate, key: pem.privateKey };
  conversation = await Conversation.start({ script: answer, http: true, tls }, options);
  return conversation;
}

describe('responses client and the network', () => {
  before(async () => {
    pem = await makeLoopbackCertificate();
  });
  afterEach(async () => {
    await conversation?.stop();
    conversation = undefined;
  });

  describe('client rule 11:', () => {
    let tunnel: Tunnel;
    before(async () => {
      tunnel = await Tunnel.start();
    });
    after(() => tunnel.stop());

    for (const transport of transports)
      it(`a proxy and an authority of one's own work over ${transport}, and the proxy sees nothing in clear`, async () => {
        const agent = new HttpsProxyAgent(tunnel.url);
        const talk = await openSecure({ transport, agent, tls: { ca: pem.authority } });
        const tunnels = tunnel.targets.length;
        assert.equal((await talk.say('a secret sentence')).kind, 'completed');
        assert.equal((await talk.say('another')).kind, 'completed');
        assert.ok(tunnel.targets.length > tunnels);
        assert.equal(tunnel.targets.at(-1), `127.0.0.1:${talk.server.port}`);
        assert.deepEqual([tunnel.hasSeen('test-key'), tunnel.hasSeen('a secret sentence')], [false, false]);
      });

    for (const transport of transports)
      it(`a proxy that asks for a login is named over ${transport}`, async () => {
        tunnel.needsLogin = true;
        const agent = new HttpsProxyAgent(tunnel.url);
        const talk = await openSecure({ transport, agent, tls: { ca: pem.authority } });
        const outcome = await talk.say('1');
        assert.match(
          outcome.kind === 'unreachable' ? outcome.detail : outcome.kind,
          /the proxy 127\.0\.0\.1:\d+ asks for a login/,
        );
      });
  });

  for (const transport of transports) {
    it(`an authority of one's own is trusted over ${transport}`, async () => {
      const talk = await openSecure({ transport, tls: { ca: pem.authority } });
      assert.equal((await talk.say('1')).kind, 'completed');
      assert.equal(talk.client.meters[0]?.transport, transport);
    });

    it(`a certificate that nobody vouches for is refused over ${transport}, before the key is sent`, async () => {
      const talk = await openSecure({ transport });
      const outcome = await talk.say('1');
      assert.equal(outcome.kind === 'unreachable' && outcome.cause, 'refused');
      assert.match('detail' in outcome ? outcome.detail : '', /certificate/);
      assert.equal(talk.server.upgrades.length + talk.server.posts.length, 0);
    });
  }

  it('a certificate that nobody vouches for is told at once, not tried over HTTP', async () => {
    const talk = await openSecure();
    assert.equal((await talk.say('1')).kind, 'unreachable');
    assert.deepEqual(talk.events, []);
  });

  it('client rule 10: the WebSocket library is newer than its last known flaw', () => {
    const text = readFileSync(new URL('../../node_modules/ws/package.json', import.meta.url), 'utf8');
    const [major = 0, minor = 0, patch = 0] = /"version": "(\d+)\.(\d+)\.(\d+)"/.exec(text)?.slice(1).map(Number) ?? [];
    assert.ok(major * 1_000_000 + minor * 1_000 + patch >= 8_021_001);
  });

  describe('client rule 10: compression', () => {
    const large = 'the same words again and again '.repeat(2_000);

    it('is neither offered nor used unless it is asked for', async () => {
      conversation = await Conversation.start({ script: answer, isCompressed: true });
      await conversation.say(large);
      assert.equal(conversation.server.upgrades[0]?.headers['sec-websocket-extensions'], undefined);
      assert.ok(received(conversation) > large.length);
    });

    it('makes what goes over the wire smaller when both sides have it; meters count what was said', async () => {
      conversation = await Conversation.start({ script: answer, isCompressed: true }, { compression: true });
      assert.equal((await conversation.say(large)).kind, 'completed');
      assert.ok(received(conversation) < large.length / 10);
      assert.equal(conversation.client.meters[0]?.bytesUp, conversation.server.requests[0]?.bytes);
    });

    it('is no condition', async () => {
      conversation = await Conversation.start({ script: answer }, { compression: true });
      assert.equal((await conversation.say(large)).kind, 'completed');
      assert.ok(received(conversation) > large.length);
    });

    it('does not get around the limit of a message', async () => {
      conversation = await Conversation.start(
        { script: (exchange) => exchange.answer([assistantSays(large)]), isCompressed: true },
        { compression: true, maxPayload: 20_000 },
      );
      const outcome = await conversation.say('1');
      assert.equal(outcome.kind === 'failed' && outcome.error.code, 'message_too_large');
    });
  });
});

/** Bytes that the server read from its newest socket. */
function received({ server }: Conversation): number {
  const stream = server.streams.at(-1);
  return stream !== undefined && 'bytesRead' in stream ? Number(stream.bytesRead) : 0;
}
