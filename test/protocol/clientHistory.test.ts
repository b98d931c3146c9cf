import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { userMessage, type InputItem } from '../../src/responses/items.ts';
import type { ResendReason, TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, call, type Exchange, type Item } from '../support/scriptedServer.ts';

/** What happens in one turn, or between two. */
type Fate =
  | { readonly kind: 'complete'; readonly calls: number; readonly hasReasoning: boolean }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'abort'; readonly afterEvents: number }
  | { readonly kind: 'abortBefore' }
  | { readonly kind: 'drop'; readonly afterEvents: number }
  | { readonly kind: 'closedByError'; readonly code: number }
  | { readonly kind: 'evicted' }
  | { readonly kind: 'evictedAndClosed' }
  | { readonly kind: 'error' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'overload'; readonly times: number }
  | { readonly kind: 'ageLimit' }
  | { readonly kind: 'idleAgeLimit' }
  | { readonly kind: 'idleClose' }
  | { readonly kind: 'newSettings' };

const fates: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('complete' as const), calls: fc.nat(3), hasReasoning: fc.boolean() }),
  },
  fc.record({ kind: fc.constant('incomplete' as const) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('abort' as const), afterEvents: fc.nat(4) }) },
  fc.record({ kind: fc.constant('abortBefore' as const) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), afterEvents: fc.nat(4) }) },
  fc.record({ kind: fc.constant('closedByError' as const), code: fc.constantFrom(1000, 1001, 1008, 1009, 1011) }),
  fc.record({ kind: fc.constantFrom('evicted' as const, 'evictedAndClosed' as const) }),
  fc.record({ kind: fc.constantFrom('error' as const, 'failed' as const, 'garbage' as const) }),
  fc.record({ kind: fc.constant('overload' as const), times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constantFrom('ageLimit' as const, 'idleAgeLimit' as const, 'idleClose' as const) }),
  fc.record({ kind: fc.constant('newSettings' as const) }),
);

/** Plays fates against a real client and server, and keeps its own account of the conversation. */
class Play {
  readonly #talk: Conversation;
  /** What both sides have said and what counts: our model, independent of the client's. */
  readonly #history: Item[] = [];
  /** Every item that was ever on the wire, up, or down in an answer that counts. */
  readonly #travelled = new Set<string>();
  #openCalls: readonly string[] = [];
  /** Why the server does not know the conversation; undefined when it does. */
  #lossReason: ResendReason | undefined;
  #settings = exampleSettings;
  #counter = 0;
  /** Since the server last continued what it knew. */
  #evictions = 0;

  constructor(talk: Conversation) {
    this.#talk = talk;
  }

  async turn(given: Fate): Promise<void> {
    // A server that has lost the conversation twice in a row is sent everything for good, which is tested elsewhere.
    const isEviction = given.kind === 'evicted' || given.kind === 'evictedAndClosed';
    const fate: Fate = isEviction && this.#evictions > 0 ? { kind: 'complete', calls: 0, hasReasoning: false } : given;
    if (isEviction) this.#evictions += 1;
    const { server, client } = this.#talk;
    await this.#beforehand(fate);
    const expected = this.#expectedReasons(fate);
    const items = this.#newItems();
    this.#history.push(...items.map(plain));
    const unsent = this.#history.filter((item) => !this.#travelled.has(JSON.stringify(item)));
    const firstRequest = server.requests.length;
    const firstEvent = this.#talk.events.length;
    const firstResend = this.#talk.resends.length;
    const stop = new AbortController();
    if (fate.kind === 'abortBefore') stop.abort();
    const reply = this.#output(fate);
    const contexts: (readonly Item[])[] = [];
    let attempt = 0;
    server.script = (exchange) => {
      contexts.push(exchange.context);
      play(fate, ++attempt, exchange, reply, () => stop.abort());
    };
    const outcome = await client.respond(items, this.#settings, (event) => this.#talk.events.push(event), stop.signal);
    await server.until(() => client.meters.at(-1)?.bytesUp === 0 || server.requests.length > firstRequest);
    this.#check(fate, outcome, contexts, firstRequest, firstEvent);
    const reasons = this.#talk.resends.slice(firstResend);
    // After a refusal the gateway may or may not have closed before everything went up on the same socket.
    if (fate.kind === 'evictedAndClosed' && reasons.at(-1) === 'reconnected' && expected.at(-1) !== 'reconnected')
      reasons.pop();
    assert.deepEqual(reasons, expected, `${fate.kind}: the reasons`);
    const [first] = server.requests.slice(firstRequest);
    if (first && expected.length === 0) assert.deepEqual(first.input, unsent, 'only what is new goes up');
    if (expected.length === 0 && outcome.kind === 'completed' && firstRequest > 0) this.#evictions = 0;
    this.#account(fate, outcome, reply);
  }

  async #beforehand(fate: Fate): Promise<void> {
    const { server, client } = this.#talk;
    server.closesAfterRefusal = fate.kind === 'evictedAndClosed';
    if (fate.kind === 'newSettings') this.#settings = { ...this.#settings, model: `model-${++this.#counter}` };
    if (fate.kind === 'evicted' || fate.kind === 'evictedAndClosed') server.evict();
    if (fate.kind !== 'idleClose' && fate.kind !== 'idleAgeLimit') return;
    await client.preconnect();
    await server.until(() => server.openSockets.length === 1);
    const limit = { type: 'error', code: 'websocket_connection_limit_reached', message: 'Old.' };
    if (fate.kind === 'idleClose') server.socket.close(1001);
    else server.socket.send(JSON.stringify(limit));
    await server.until(() => server.openSockets.length === 0);
  }

  /** Why this turn has to send everything again, each time that it has to. */
  #expectedReasons(fate: Fate): ResendReason[] {
    if (fate.kind === 'abortBefore') return [];
    const reasons =
      this.#travelled.size === 0 ? [] : [this.#reasonBefore(fate)].filter((reason) => reason !== undefined);
    if (fate.kind === 'overload') reasons.push(...Array<ResendReason>(fate.times).fill('afterError'));
    if (fate.kind === 'ageLimit') reasons.push('reconnected');
    return reasons;
  }

  #reasonBefore(fate: Fate): ResendReason | undefined {
    if (this.#lossReason !== undefined) return this.#lossReason;
    if (fate.kind === 'evicted' || fate.kind === 'evictedAndClosed') return 'previousResponseNotFound';
    if (fate.kind === 'newSettings') return 'settingsChanged';
    return fate.kind === 'idleClose' || fate.kind === 'idleAgeLimit' ? 'reconnected' : undefined;
  }

  #newItems(): InputItem[] {
    const outputs = this.#openCalls.map((callId) => ({
      type: 'function_call_output' as const,
      call_id: callId,
      output: `output ${++this.#counter}`,
    }));
    this.#openCalls = [];
    return outputs.length > 0 && this.#counter % 3 > 0 ? outputs : [...outputs, userMessage(`said ${++this.#counter}`)];
  }

  #output(fate: Fate): readonly Item[] {
    const number = ++this.#counter;
    const reasoning = { type: 'reasoning', id: `rs_${number}`, encrypted_content: 'ä"\\', 0: 'odd key' };
    const calls = fate.kind === 'complete' ? fate.calls : 0;
    return [
      ...(fate.kind === 'complete' && fate.hasReasoning ? [reasoning] : []),
      assistantSays(`answer ${number}`),
      ...Array.from({ length: calls }, (_none, index) => call(`call_${number}_${index}`, 'read_file', { number })),
    ];
  }

  #check(
    fate: Fate,
    outcome: TurnOutcome,
    contexts: readonly (readonly Item[])[],
    firstRequest: number,
    firstEvent: number,
  ): void {
    const { server, client } = this.#talk;
    assert.ok(expectedOutcomes(fate).includes(outcome.kind), `${fate.kind} ended as ${JSON.stringify(outcome)}`);
    // What the server can put together from what it was sent is our conversation, nothing more and nothing less.
    for (const context of contexts) assert.deepEqual(context, this.#history);
    const requests = server.requests.slice(firstRequest);
    const counted = this.#talk.events.slice(firstEvent).filter((event) => event.kind === 'resend');
    const repeating = requests.flatMap(({ input }) => {
      const again = input.filter((item) => this.#travelled.has(JSON.stringify(item))).length;
      for (const item of input) this.#travelled.add(JSON.stringify(item));
      return again > 0 ? [again] : [];
    });
    assert.deepEqual(
      counted.map((event) => event.items),
      repeating,
      `${fate.kind}: every repetition is counted, and only these`,
    );
    const meter = client.meters.at(-1);
    assert.equal(
      meter?.bytesUp,
      requests.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.equal(meter.resends, this.#talk.resends.length);
    assert.equal(
      meter.itemsResent,
      repeating.reduce((sum, again) => sum + again, 0),
    );
    assert.equal(meter.reconnects, Math.max(0, server.upgrades.length - 1));
  }

  #account(fate: Fate, outcome: TurnOutcome, reply: readonly Item[]): void {
    this.#lossReason = lossReasonOf(outcome, fate);
    if (outcome.kind !== 'completed' && outcome.kind !== 'incomplete') return;
    assert.deepEqual(outcome.output, reply);
    this.#history.push(...reply);
    for (const item of reply) this.#travelled.add(JSON.stringify(item));
    this.#openCalls = reply.flatMap((item) => (typeof item['call_id'] === 'string' ? [item['call_id']] : []));
  }
}

function play(fate: Fate, attempt: number, exchange: Exchange, reply: readonly Item[], abort: () => void): void {
  switch (fate.kind) {
    case 'incomplete':
      exchange.created();
      return exchange.incomplete('max_output_tokens', reply);
    case 'abort':
    case 'drop':
      begin(exchange, reply, fate.afterEvents);
      if (fate.kind === 'drop') return exchange.cut();
      exchange.socket.once('pong', () => {
        abort();
        // The server has not heard of it yet and goes on; nothing of this may reach a later turn.
        if (fate.afterEvents === 0) exchange.created();
        exchange.text('late');
        exchange.completed(reply);
      });
      return exchange.socket.ping();
    case 'closedByError':
      return exchange.close(fate.code);
    case 'error':
      return exchange.error('invalid_prompt', 'No.', 400);
    case 'failed':
      begin(exchange, reply, 3);
      return exchange.failed('model_error', 'No.');
    case 'garbage':
      begin(exchange, reply, 2);
      return exchange.raw('{');
    case 'overload':
      return attempt <= fate.times ? exchange.error('server_is_overloaded', 'Busy.', 503) : exchange.answer(reply);
    case 'ageLimit':
      if (attempt > 1) return exchange.answer(reply);
      return exchange.error('websocket_connection_limit_reached', 'Old.', 400);
    case 'complete':
    case 'evicted':
    case 'evictedAndClosed':
    case 'idleAgeLimit':
    case 'idleClose':
    case 'newSettings':
    case 'abortBefore':
      return exchange.answer(reply);
  }
}

function begin(exchange: Exchange, reply: readonly Item[], events: number): void {
  if (events > 0) exchange.created();
  if (events > 1) exchange.text('half');
  if (events > 2) exchange.item(reply[0] ?? {});
  if (events > 3) exchange.reasoning('more');
}

function lossReasonOf({ kind }: TurnOutcome, fate: Fate): ResendReason | undefined {
  if (kind === 'completed' || kind === 'incomplete') return undefined;
  if (kind === 'aborted') return 'afterAbort';
  return fate.kind === 'drop' || fate.kind === 'closedByError' ? 'reconnected' : 'afterError';
}

function expectedOutcomes(fate: Fate): readonly TurnOutcome['kind'][] {
  switch (fate.kind) {
    case 'incomplete':
      return ['incomplete'];
    case 'abort':
    case 'abortBefore':
      return ['aborted'];
    case 'drop':
      return ['connectionLost'];
    case 'closedByError':
      return [fate.code === 1008 || fate.code === 1009 ? 'failed' : 'connectionLost'];
    case 'error':
      return ['refused'];
    case 'failed':
    case 'garbage':
      return ['failed'];
    default:
      return ['completed'];
  }
}

/** As it is after a trip over the wire. */
function plain(item: InputItem): Item {
  return JSON.parse(JSON.stringify(item)) as Item;
}

describe('responses client, history', () => {
  it('client rule 3: reaches the server whole whatever happens, and nothing goes up again without a counted reason', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fates, { minLength: 2, maxLength: 14 }), async (sequence) => {
        const talk = await Conversation.start({ script: () => undefined }, { transport: 'webSocket' });
        try {
          const conversation = new Play(talk);
          for (const fate of sequence) await conversation.turn(fate);
        } finally {
          await talk.stop();
        }
      }),
      { numRuns: 80 },
    );
  });
});
