import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import type { RunEnding } from '../../src/agent/events.ts';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import {
  assistantSays,
  call,
  ScriptedServer,
  type Exchange,
  type Item,
  type Script,
} from '../support/scriptedServer.ts';
import { SessionWorld } from '../support/sessionWorld.ts';

type Why = Extract<RunEnding, { kind: 'noAnswer' }>['why'];

const refusal: Item = {
  id: 'msg_r',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'refusal', refusal: 'I cannot help with that.' }],
};
const nameless: Item = { id: 'fc_1', type: 'function_call', status: 'completed', arguments: '{}' };
const stage = call('c1', 'stage', { path: 'a.js', text: 'good' });
const written = '<tool_call>\n{"name": "stage", "arguments": {"path": "a.js", "text": "good"}}\n</tool_call>';

interface Case {
  readonly why: Why;
  readonly name: string;
  readonly answer: (exchange: Exchange) => void;
  readonly said: RegExp;
  /** False: asking again would lead nowhere. */
  readonly isAsked: boolean;
}

const answering =
  (...output: readonly Item[]) =>
  (exchange: Exchange) =>
    exchange.answer(output);
const cut =
  (reason: string, ...output: readonly Item[]) =>
  (exchange: Exchange): void => {
    exchange.created();
    exchange.incomplete(reason, output);
  };

const cases: readonly Case[] = [
  {
    why: 'refused',
    name: 'a refusal',
    answer: answering(refusal),
    said: /“I cannot help with that\.”/,
    isAsked: false,
  },
  {
    why: 'refused',
    name: 'a refusal that is cut',
    answer: cut('content_filter', refusal),
    said: /refused/,
    isAsked: false,
  },
  { why: 'filtered', name: 'a filtered answer', answer: cut('content_filter'), said: /content filter/, isAsked: false },
  {
    why: 'cutShort',
    name: 'an answer cut before a call',
    answer: cut('max_output_tokens', assistantSays('I will')),
    said: /max_output_tokens/,
    isAsked: true,
  },
  {
    why: 'cutShort',
    name: 'reasoning that took everything',
    answer: cut('max_output_tokens', { type: 'reasoning', id: 'rs', summary: [] }),
    said: /max_output_tokens/,
    isAsked: true,
  },
  {
    why: 'malformedCall',
    name: 'a call without call_id',
    answer: answering({ ...nameless, name: 'stage' }),
    said: /without a call_id/,
    isAsked: true,
  },
  {
    why: 'malformedCall',
    name: 'a call without name',
    answer: answering({ ...nameless, call_id: 'c' }),
    said: /without a name/,
    isAsked: true,
  },
  {
    why: 'malformedCall',
    name: 'a call with an empty call_id',
    answer: answering({ ...nameless, name: 'stage', call_id: '' }),
    said: /call_id/,
    isAsked: true,
  },
  ...[
    'custom_tool_call',
    'computer_call',
    'local_shell_call',
    'shell_call',
    'apply_patch_call',
    'mcp_approval_request',
  ].map((type): Case => ({
    why: 'unservable',
    name: `a ${type}`,
    answer: answering({ id: 'x', type, call_id: 'x1', input: 'ls' }),
    said: new RegExp(type),
    isAsked: true,
  })),
  {
    why: 'callAsText',
    name: 'a call between marks',
    answer: answering(assistantSays(written)),
    said: /as text/,
    isAsked: true,
  },
  {
    why: 'callAsText',
    name: 'a call as JSON',
    answer: answering(assistantSays('{"name": "stage", "arguments": {}}')),
    said: /as text/,
    isAsked: true,
  },
  {
    why: 'callAsText',
    name: 'a fenced call',
    answer: answering(assistantSays('Now:\n```json\n{"name": "stage", "arguments": {}}\n```')),
    said: /parser for tool calls/,
    isAsked: true,
  },
  { why: 'empty', name: 'nothing at all', answer: answering(), said: /empty/, isAsked: true },
  { why: 'empty', name: 'an empty message', answer: answering(assistantSays('')), said: /empty/, isAsked: true },
  {
    why: 'empty',
    name: 'reasoning alone',
    answer: answering({ type: 'reasoning', id: 'rs', summary: [] }),
    said: /empty/,
    isAsked: true,
  },
  {
    why: 'unfoundedClaim',
    name: 'a claim of work that was not done',
    answer: answering(assistantSays('I have refactored a.js.')),
    said: /“I have refactored a\.js\.”, but nothing is staged/,
    isAsked: true,
  },
];

describe('answers that are none', () => {
  let server: ScriptedServer | undefined;
  let client: WebSocketResponsesClient | undefined;

  afterEach(async () => {
    await client?.close();
    await server?.stop();
  });

  async function world(...steps: readonly Script[]): Promise<SessionWorld> {
    let turn = 0;
    server = await ScriptedServer.start({
      script: (exchange) => steps[Math.min(turn++, steps.length - 1)]?.(exchange),
    });
    client = new WebSocketResponsesClient({ endpoint: server.baseUrl, bearer: async () => 'key' });
    return new SessionWorld(client);
  }

  for (const { why, name, answer, said, isAsked } of cases) {
    it(`${name} is ${why}, said with what to do, and asked ${isAsked ? 'once' : 'not at all'}`, async () => {
      const ending = await (await world(answer)).run();
      assert.ok(ending.kind === 'noAnswer', JSON.stringify(ending));
      assert.equal(ending.why, why);
      assert.match(ending.reason, said);
      assert.match(ending.reason, /[Cc]hoose/);
      assert.equal(server?.requests.length, isAsked ? 2 : 1);
      assert.deepEqual(server?.offences, []);
    });

    if (isAsked)
      it(`${name} is gone on from when the model does better`, async () => {
        const session = await world(answer, answering(stage), answering(assistantSays('Staged.')));
        session.decision = () => ({ kind: 'shownOnly' });
        assert.equal((await session.run()).kind, 'done');
        assert.ok(
          session.events.some(
            ({ kind, ...event }) => kind === 'warning' && 'message' in event && /asking once more/.test(event.message),
          ),
        );
      });

    it(`${name} does not cost what is staged`, async () => {
      const session = await world(answering(stage), answer);
      session.decision = () => ({ kind: 'shownOnly' });
      const ending = await session.run();
      const settled = ending.kind === 'cut' ? ending.settled : ending;
      assert.equal(settled.kind, 'done', JSON.stringify(ending));
      // Whoever staged something and says no more has done it.
      assert.equal(ending.kind === 'cut', why !== 'empty' && why !== 'unfoundedClaim');
    });
  }

  it('a call that was cut off is not made, and is asked for again', async () => {
    const half = { ...stage, status: 'incomplete' };
    const session = await world(cut('max_output_tokens', half), answering(assistantSays('It is fine as it is.')));
    assert.equal((await session.run()).kind, 'nothingToChange');
    assert.match(String(server?.requests[1]?.input[0]?.['output']), /cut off.*Make it again/);
  });

  it('whole calls beside a nameless one are made, and the model is told of the other', async () => {
    const session = await world(answering(stage, nameless), answering(assistantSays('Staged.')));
    session.decision = () => ({ kind: 'shownOnly' });
    assert.equal((await session.run()).kind, 'done');
    assert.deepEqual(
      server?.requests[1]?.input.slice(-2).map(({ type }) => type),
      ['function_call_output', 'message'],
    );
  });

  it('an answer that goes on being cut is gone on with as long as it calls something', async () => {
    const one = (id: string) => cut('max_output_tokens', call(id, 'stage', { path: `${id}.js`, text: 'good' }));
    const text = cut('max_output_tokens', assistantSays('and then'));
    const session = await world(text, one('a'), text, one('b'), answering(assistantSays('Staged.')));
    session.decision = () => ({ kind: 'shownOnly' });
    assert.equal((await session.run()).kind, 'done');
    assert.equal(server?.requests.length, 5);
  });

  for (const [name, text] of [
    ['an object', { path: 'a.js', text: 'good' }],
    ['a text of a text', JSON.stringify(JSON.stringify({ path: 'a.js', text: 'good' }))],
    ['a fence', '```json\n{"path":"a.js","text":"good"}\n```'],
  ] as const)
    it(`arguments as ${name} are read`, async () => {
      const session = await world(answering({ ...stage, arguments: text }), answering(assistantSays('Staged.')));
      session.decision = () => ({ kind: 'shownOnly' });
      assert.equal((await session.run()).kind, 'done');
    });
});
