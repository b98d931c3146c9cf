import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { meterCsv, meterJson } from '../../../src/agent/meterExport.ts';
import { costOf, type Cost, type Prices } from '../../../src/agent/cost.ts';
import { addToMeter, totalsOf, type MeteredTurn } from '../../../src/agent/wireMeter.ts';
import { addToolTime, addTurn, noWire } from '../../../src/chat/wireTotals.ts';
import type { TokenUsage } from '../../../src/responses/turn.ts';
import { exampleMeter } from '../../support/exampleMeter.ts';

const prices: Prices = { input: 2, cached: 0.5, output: 8, currency: 'USD' };
const usage: TokenUsage = { inputTokens: 1_000_000, cachedTokens: 400_000, outputTokens: 100_000 };

describe('the wire meter', () => {
  it('takes the cost that the endpoint reports, else the prices, else none', () => {
    assert.deepEqual(costOf(usage, prices), { amount: 0.6 * 2 + 0.4 * 0.5 + 0.1 * 8, currency: 'USD' });
    assert.deepEqual(costOf({ ...usage, cost: 3 }, prices), { amount: 3 });
    assert.equal(costOf(usage, undefined), undefined);
    assert.equal(costOf(undefined, prices), undefined);
  });

  it('sums no cost when one turn has none, or another currency', () => {
    const paid = turnOf(usage, { amount: 1, currency: 'USD' });
    assert.deepEqual(totalsOf([paid, paid]).cost, { amount: 2, currency: 'USD' });
    assert.equal(totalsOf([paid, turnOf(usage)]).cost, undefined);
    assert.equal(totalsOf([paid, turnOf(usage, { amount: 1, currency: 'EUR' })]).cost, undefined);
    assert.deepEqual(totalsOf([paid, turnOf()]).cost, { amount: 1, currency: 'USD' });
    assert.equal(totalsOf([turnOf()]).usage, undefined);
  });

  it('gives the time of the calls to the turn that asked for them', () => {
    const wire: AgentEvent = { kind: 'wire', meter: exampleMeter, handshakes: 1, reconnects: 0 };
    const called: AgentEvent = { kind: 'callsAnswered', calls: 2, durationMs: 30 };
    const turns = [called, wire, called, wire].reduce<readonly MeteredTurn[]>(addToMeter, []);
    assert.deepEqual(
      turns.map(({ toolMs }) => toolMs),
      [30, 0],
    );
  });

  it('says the same in the chat as in the export', () =>
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const turns = events.reduce<readonly MeteredTurn[]>(addToMeter, []);
        const shown = events.reduce((sum, one) => {
          if (one.kind === 'wire') return addTurn(sum, one);
          return one.kind === 'callsAnswered' ? addToolTime(sum, one.durationMs) : sum;
        }, noWire);
        const totals = totalsOf(turns);
        assert.deepEqual(
          [shown.turns, shown.up, shown.upIfFull, shown.resent, shown.handshakes, shown.reconnects],
          [
            totals.turns,
            totals.bytesUp,
            totals.bytesUpIfFull,
            totals.itemsResent,
            totals.handshakes,
            totals.reconnects,
          ],
        );
        assert.ok(Math.abs(shown.toolMs - totals.toolMs) < 1e-6);
        assert.equal(shown.tokens?.input, totals.usage?.inputTokens);
        assert.equal(shown.cost === null, totals.cost === undefined);
        if (totals.cost) assert.ok(Math.abs((shown.cost?.amount ?? NaN) - totals.cost.amount) < 1e-9);
      }),
    ));

  it('exports every turn as JSON and as CSV, and leaves empty what is not known', () => {
    const turns = [turnOf(usage, { amount: 1.5, currency: 'US"D' }), turnOf()];
    const json = JSON.parse(meterJson(turns, { endpoint: 'e', model: 'm' })) as { version: number; turns: unknown[] };
    assert.deepEqual([json.version, json.turns.length], [1, 2]);
    const [head = '', first = '', second = '', end] = meterCsv(turns).split('\r\n');
    assert.equal(end, '');
    assert.match(head, /^turn,transport,isFull,bytesUp,.*,cost,currency$/);
    assert.match(first, /,1000000,400000,100000,1\.5,"US""D"$/);
    assert.match(second, /,,,,,$/);
    assert.match(meterCsv([turnOf(usage, { amount: 1, currency: '=1+1' })]), /,'=1\+1\r\n$/);
  });
});

const count = fc.nat(1_000);
const tokens = fc.record({ inputTokens: count, cachedTokens: count, outputTokens: count });
const event: fc.Arbitrary<AgentEvent> = fc.oneof(
  fc
    .record({
      meter: fc.record({ bytesUp: count, bytesUpIfFull: count, itemsResent: count }),
      handshakes: fc.nat(2),
      reconnects: fc.nat(1),
      usage: fc.option(tokens, { nil: undefined }),
      prices: fc.constantFrom(prices, prices, { ...prices, currency: 'EUR' }, undefined),
    })
    .map(({ meter, usage: spent, prices: asked, ...rest }): AgentEvent => {
      const cost = costOf(spent, asked);
      const full = { ...exampleMeter, ...meter, ...(spent === undefined ? {} : { usage: spent }) };
      return { kind: 'wire', meter: full, ...rest, ...(cost === undefined ? {} : { cost }) };
    }),
  fc.record({ kind: fc.constant('callsAnswered' as const), calls: count, durationMs: count }),
);

function turnOf(spent?: TokenUsage, cost?: Cost): MeteredTurn {
  const meter = { ...exampleMeter, ...(spent === undefined ? {} : { usage: spent }) };
  return { meter, handshakes: 0, reconnects: 0, toolMs: 0, ...(cost === undefined ? {} : { cost }) };
}
