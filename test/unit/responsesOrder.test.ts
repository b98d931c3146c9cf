import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EventOrder } from '../../src/responses/eventOrder.ts';

interface Numbered {
  readonly sequence: number | undefined;
  readonly text: string;
}

/** The events of one response as an endpoint numbers them. */
const response = fc
  .record({ first: fc.integer({ min: 0, max: 3 }), count: fc.integer({ min: 3, max: 12 }) })
  .map(({ first, count }): Numbered[] =>
    Array.from({ length: count }, (_none, index) => ({ sequence: first + index, text: `event ${index}` })),
  );

function isDisturbed(events: readonly Numbered[]): boolean {
  const order = new EventOrder();
  for (const { sequence, text } of events) order.follow(sequence, text);
  return order.isDisturbed;
}

describe('order of events', () => {
  it('is undisturbed when all come as they were sent, some of them twice in a row', () => {
    fc.assert(
      fc.property(response, fc.nat(), (events, nat) => {
        const at = nat % events.length;
        assert.equal(isDisturbed(events), false);
        assert.equal(isDisturbed(events.flatMap((event, index) => (index === at ? [event, event] : [event]))), false);
      }),
    );
  });

  it('is disturbed when one is missing in the middle', () => {
    fc.assert(
      fc.property(response, fc.nat(), (events, nat) => {
        const at = 1 + (nat % (events.length - 2));
        assert.equal(isDisturbed(events.filter((_event, index) => index !== at)), true);
      }),
    );
  });

  it('is disturbed when one comes late', () => {
    fc.assert(
      fc.property(response, fc.nat(), fc.nat(), (events, from, by) => {
        const at = from % (events.length - 1);
        const moved = events.filter((_event, index) => index !== at);
        moved.splice(at + 1 + (by % (events.length - 1 - at)), 0, events[at] ?? { sequence: 0, text: '' });
        assert.equal(isDisturbed(moved), true);
      }),
    );
  });

  it('is disturbed by an event of another response, whatever its number', () => {
    fc.assert(
      fc.property(response, fc.nat(), fc.nat(15), (events, nat, sequence) => {
        const at = 2 + (nat % (events.length - 2));
        assert.equal(isDisturbed(events.toSpliced(at, 0, { sequence, text: 'of another' })), true);
      }),
    );
  });

  it('is not judged when the endpoint sends no numbers, or always the same', () => {
    fc.assert(
      fc.property(response, fc.option(fc.nat(5), { nil: undefined }), fc.nat(), (events, sequence, nat) => {
        const same = events.map(({ text }) => ({ sequence, text }));
        assert.equal(isDisturbed(same.filter((_event, index) => index !== nat % same.length)), false);
      }),
    );
  });

  it('is disturbed by what was dropped', () => {
    const order = new EventOrder();
    order.disturb();
    assert.equal(order.isDisturbed, true);
  });
});
