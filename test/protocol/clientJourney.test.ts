import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { userMessage, type InputItem } from '../../src/responses/items.ts';
import type { TurnOutcome } from '../../src/responses/turn.ts';
import { Conversation, exampleSettings } from '../support/conversation.ts';
import { assistantSays, call, type Exchange, type Item, type UpgradeAnswer } from '../support/scriptedServer.ts';

/** What happens to a conversation that may go over either transport: in a turn, or between two. */
type Fate =
  | { readonly kind: 'answer'; readonly calls: number }
  | { readonly kind: 'cut' | 'abort'; readonly afterEvents: number }
  | { readonly kind: 'error' }
  | { readonly kind: 'upgrades'; readonly answer: UpgradeAnswer }
  | { readonly kind: 'dayPasses' | 'rest' | 'compact' };

const fates: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), calls: fc.nat(2) }) },
  fc.record({ kind: fc.constantFrom('cut' as const, 'abort' as const), afterEvents: fc.nat(2) }),
  fc.record({ kind: fc.constant('error' as const) }),
  fc.record({
    kind: fc.constant('upgrades' as const),
    answer: fc.constantFrom<UpgradeAnswer>('accept', { status: 426 }, { status: 502 }, { status: 400 }),
  }),
  fc.record({ kind: fc.constantFrom('dayPasses' as const, 'rest' as const, 'compact' as const) }),
);

const never = new AbortController().signal;

/** Plays fates, and keeps its own account of what was said. */
class Journey {
  #said: Item[] = [];
  #openCalls: readonly string[] = [];
  #upgrades: UpgradeAnswer = 'accept';
  #date = 0;
  #counter = 0;
  readonly #answeredCalls: string[] = [];
  readonly #contexts: (readonly Item[])[] = [];
  #talk: Conversation | undefined;

  async play(sequence: readonly Fate[]): Promise<void> {
    this.#talk = await Conversation.start(
      {
        script: () => {},
        http: true,
        compact: (input) => this.#compact(input),
        onUpgrade: () => this.#upgrades,
      },
      { date: () => this.#date },
    );
    try {
      for (const fate of sequence) await this.#meet(this.#talk, fate);
      await this.#turn(this.#talk, { kind: 'answer', calls: 0 });
      assert.equal(new Set(this.#answeredCalls).size, this.#answeredCalls.length, 'no call is answered twice');
    } finally {
      await this.#talk.stop();
    }
  }

  async #meet(talk: Conversation, fate: Fate): Promise<void> {
    switch (fate.kind) {
      case 'upgrades':
        this.#upgrades = fate.answer;
        // Whatever was open goes, so that it matters.
        return talk.client.rest();
      case 'dayPasses':
        this.#date += 25 * 60 * 60_000;
        return talk.client.rest();
      case 'rest':
        return talk.client.rest();
      case 'compact':
        await talk.client.compact(exampleSettings, () => {}, never);
        return;
      default:
        return this.#turn(talk, fate);
    }
  }

  async #turn(talk: Conversation, fate: Extract<Fate, { kind: 'answer' | 'cut' | 'abort' | 'error' }>): Promise<void> {
    const items = this.#newItems();
    this.#said.push(...(JSON.parse(JSON.stringify(items)) as Item[]));
    const number = ++this.#counter;
    const calls = fate.kind === 'answer' ? fate.calls : 0;
    const reply = [
      { type: 'reasoning', id: `rs_${number}`, encrypted_content: 'ä', 0: 'odd' },
      assistantSays(`answer ${number}`),
      ...Array.from({ length: calls }, (_none, index) => call(`call_${number}_${index}`, 'read_file', {})),
    ];
    const stop = new AbortController();
    this.#contexts.length = 0;
    talk.server.script = (exchange) => {
      this.#contexts.push(exchange.context);
      perform(fate, exchange, reply);
    };
    if (fate.kind === 'abort') talk.onEvent = ({ kind }) => kind === 'textDelta' && stop.abort();
    const outcome = await talk.give(items, stop.signal);
    talk.onEvent = () => {};
    this.#check(fate, outcome, reply);
  }

  #newItems(): readonly InputItem[] {
    const outputs = this.#openCalls.map((call_id) => ({ type: 'function_call_output' as const, call_id, output: 'o' }));
    this.#answeredCalls.push(...this.#openCalls);
    this.#openCalls = [];
    return [...outputs, userMessage(`said ${++this.#counter}`)];
  }

  #check({ kind }: Fate, outcome: TurnOutcome, reply: readonly Item[]): void {
    const { server } = this.#talk ?? assert.fail();
    const expected = { answer: 'completed', cut: 'connectionLost', abort: 'aborted', error: 'refused' }[String(kind)];
    assert.equal(outcome.kind, expected, JSON.stringify(outcome));
    for (const context of this.#contexts) assert.deepEqual(context, this.#said, 'the endpoint has all of it');
    assert.deepEqual(server.offences, []);
    if (outcome.kind !== 'completed') return;
    assert.deepEqual(outcome.output, reply);
    this.#said.push(...reply);
    this.#openCalls = reply.flatMap((item) => ('call_id' in item ? [String(item['call_id'])] : []));
  }

  #compact(input: readonly Item[]): readonly Item[] {
    assert.deepEqual(input, this.#said.slice(0, input.length), 'the beginning of the conversation');
    const window = [{ type: 'compaction', id: `cmp_${++this.#counter}`, encrypted_content: 'all of it' }];
    this.#said = [...window, ...this.#said.slice(input.length)];
    return window;
  }
}

function perform(fate: Fate, exchange: Exchange, reply: readonly Item[]): void {
  if (fate.kind === 'answer') return exchange.answer(reply);
  if (fate.kind === 'error') return exchange.error('invalid_prompt', 'No.', 400);
  const events = 'afterEvents' in fate ? fate.afterEvents : 0;
  if (events > 0 || fate.kind === 'abort') exchange.created();
  if (events > 1 || fate.kind === 'abort') exchange.text('half');
  if (fate.kind === 'cut') exchange.cut();
}

describe('responses client, over whatever works', () => {
  it('client rules 3 to 5: the conversation is whole on either transport, on the way between them, and made shorter', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fates, { minLength: 3, maxLength: 14 }), (sequence) => new Journey().play(sequence)),
      { numRuns: 80 },
    );
  });
});
