import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EndpointKnowledge, memoryOfProcess } from '../../src/responses/endpointMemory.ts';
import { userMessage, type FunctionCallOutput, type InputItem, type OutputItem } from '../../src/responses/items.ts';
import { RequestFormat, toWireItem } from '../../src/responses/requestFormat.ts';
import { ResponseChain, type Peer } from '../../src/responses/responseChain.ts';
import type { ResendReason } from '../../src/responses/turn.ts';

type Step =
  | { readonly kind: 'say'; readonly messages: number }
  /** One request; `ending` is how it goes. */
  | {
      readonly kind: 'ask';
      readonly peer: number;
      readonly model: string;
      readonly ending: 'answered' | 'nameless' | 'notSent' | 'lost';
      readonly calls: number;
    }
  | { readonly kind: 'rotate'; readonly peer: number }
  | { readonly kind: 'compact'; readonly size: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('say' as const), messages: fc.integer({ min: 1, max: 2 }) }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      peer: fc.constantFrom(0, 0, 0, 1, 2),
      model: fc.constantFrom('m', 'm', 'm', 'n'),
      ending: fc.constantFrom(
        'answered' as const,
        'answered' as const,
        'nameless' as const,
        'notSent' as const,
        'lost' as const,
      ),
      calls: fc.nat(2),
    }),
  },
  fc.record({ kind: fc.constant('rotate' as const), peer: fc.nat(1) }),
  fc.record({ kind: fc.constant('compact' as const), size: fc.integer({ min: 1, max: 3 }) }),
);

interface MutablePeer extends Peer {
  isRotated: boolean;
}

/** Our own account of a conversation: what was said, what was on a wire before, and what each server remembers. */
class Account {
  readonly chain = new ResponseChain();
  readonly #format = new RequestFormat([], new EndpointKnowledge('e', memoryOfProcess(), () => 0));
  #said: { readonly json: string; hasTravelled: boolean }[] = [];
  #openCalls: string[] = [];
  #peers: MutablePeer[] = [newPeer('webSocket'), newPeer('webSocket'), newPeer('http')];
  /** What the server of each connection can continue: its latest response, and everything up to it. */
  readonly #memories = new Map<
    Peer,
    { readonly id: string; readonly model: string; readonly items: readonly string[] }
  >();
  #counter = 0;

  play(step: Step): void {
    switch (step.kind) {
      case 'say':
        return this.#say(step.messages);
      case 'ask':
        return this.#ask(step);
      case 'rotate':
        return this.#rotate(step.peer);
      case 'compact':
        return this.#compact(step.size);
    }
  }

  #say(messages: number): void {
    const outputs = this.#openCalls.map((call_id): FunctionCallOutput => ({
      type: 'function_call_output',
      call_id,
      output: 'o',
    }));
    this.#openCalls = [];
    const items: InputItem[] = [
      ...outputs,
      ...Array.from({ length: messages }, () => userMessage(`${this.#counter++}`)),
    ];
    this.chain.append(items);
    for (const item of items) this.#said.push({ json: JSON.stringify(item), hasTravelled: false });
  }

  #ask({ peer: index, model, ending, calls }: Step & { kind: 'ask' }): void {
    if (this.#openCalls.length > 0) this.#say(1);
    const peer = this.#peers[index];
    assert.ok(peer);
    const fixed = this.#format.fixedPart({ model, tools: [] }, peer.transport);
    const plan = this.chain.plan(fixed, peer);
    assert.equal(this.chain.size(fixed, peer), plan.bytes);
    const body = JSON.parse(plan.text) as { input: unknown[]; previous_response_id?: string };
    const sent = body.input.map((item) => JSON.stringify(item));
    const memory = this.#memories.get(peer);
    const known = body.previous_response_id === undefined ? [] : memory?.items;
    assert.equal(
      body.previous_response_id,
      plan.isFull ? undefined : memory?.id,
      'only the latest response is continued',
    );
    if (!plan.isFull) assert.equal(memory?.model, model, 'and only with the same settings');
    assert.deepEqual(
      [...(known ?? []), ...sent],
      this.#said.map(({ json }) => json),
      'the server has all of it',
    );
    const repeated = this.#said.slice(known?.length ?? 0).filter(({ hasTravelled }) => hasTravelled).length;
    assert.equal(plan.resend?.items ?? 0, repeated, 'every repetition is counted, and only these');
    if (plan.resend) assert.ok(this.#possibleReasons(peer).includes(plan.resend.reason), plan.resend.reason);
    if (ending === 'notSent') return;
    this.chain.sent();
    for (const item of this.#said) item.hasTravelled = true;
    if (ending === 'lost') {
      this.#memories.delete(peer);
      return this.chain.forget('reconnected');
    }
    this.#answer(peer, model, ending === 'answered' ? `resp_${this.#counter++}` : undefined, calls);
  }

  #answer(peer: Peer, model: string, id: string | undefined, calls: number): void {
    const output: OutputItem[] = [{ type: 'reasoning', id: `${this.#counter++}` }];
    for (let call = 0; call < calls; call++) {
      const call_id = `call_${this.#counter++}`;
      this.#openCalls.push(call_id);
      output.push({ type: 'function_call', call_id, name: 'f', arguments: '{}' });
    }
    const fixed = this.#format.fixedPart({ model, tools: [] }, peer.transport);
    this.chain.answered(id, output, fixed, peer);
    for (const item of output) this.#said.push({ json: JSON.stringify(item), hasTravelled: true });
    this.#memories.delete(peer);
    if (id !== undefined && peer.transport === 'webSocket')
      this.#memories.set(peer, { id, model, items: this.#said.map(({ json }) => json) });
  }

  /** The connection ends; another one takes its place. */
  #rotate(index: number): void {
    const peer = this.#peers[index];
    if (peer) peer.isRotated = true;
    this.#peers = this.#peers.map((other) => (other === peer ? newPeer('webSocket') : other));
  }

  #compact(size: number): void {
    const { items, text } = this.chain.compactable();
    const replaced = this.#said.slice(0, items).map(({ json }) => json);
    assert.equal(text, `[${replaced.join(',')}]`);
    const open = replaced.filter((json) => this.#openCalls.some((id) => json.includes(`"${id}"`)));
    assert.deepEqual(open, [], 'a call is never parted from its output');
    if (items === 0) return;
    const window = Array.from({ length: size }, () => ({ type: 'compaction', id: `${this.#counter++}` }));
    this.chain.replace(items, window);
    this.#said = [
      ...window.map((item) => ({ json: JSON.stringify(item), hasTravelled: true })),
      ...this.#said.slice(items),
    ];
    this.#memories.clear();
  }

  #possibleReasons({ transport }: Peer): readonly ResendReason[] {
    if (transport === 'http') return ['httpFallback'];
    return ['reconnected', 'rotated', 'settingsChanged', 'compacted', 'httpFallback', 'previousResponseNotFound'];
  }
}

function newPeer(transport: Peer['transport']): MutablePeer {
  return { transport, isRotated: false };
}

describe('response chain', () => {
  it('client rule 3: what a server knows and what it is sent is the conversation, and every repetition is counted', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const account = new Account();
        account.play({ kind: 'say', messages: 1 });
        for (const one of steps) account.play(one);
        account.play({ kind: 'ask', peer: 0, model: 'm', ending: 'answered', calls: 0 });
      }),
      { numRuns: 400 },
    ));

  it('client rule 3: continues what was prepared exactly when the conversation begins with it', () =>
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), fc.boolean(), (prepared, more, isSame) => {
        const chain = new ResponseChain();
        const format = new RequestFormat([], new EndpointKnowledge('e', memoryOfProcess(), () => 0));
        const fixed = format.fixedPart({ model: 'm', tools: [] });
        const peer = newPeer('webSocket');
        const items = Array.from({ length: prepared + more + 1 }, (_none, index) => userMessage(`${index}`));
        const first = items.slice(0, prepared + 1);
        const other = isSame ? first : [...first.slice(0, -1), userMessage('other')];
        chain.prepare(other.map(toWireItem), { responseId: 'r', connection: peer, settingsKey: fixed.key });
        chain.append(items);
        const plan = chain.plan(fixed, peer);
        assert.deepEqual([plan.isFull, plan.items], isSame ? [false, more] : [true, items.length]);
        assert.equal(plan.resend, undefined);
      }),
    ));

  it('begins anew with a history of another process, whole and counted', () => {
    const output = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' };
    const chain = new ResponseChain([userMessage('1'), output]);
    assert.equal(chain.compactable().items, 1, 'the call has no output yet');
    chain.append([{ type: 'function_call_output', call_id: 'a', output: '' }]);
    assert.equal(chain.compactable().items, 3);
  });
});
