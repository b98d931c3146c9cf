import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SocketBudget } from '../../../src/agent/socketBudget.ts';
import type { Disposable } from '../../../src/util/disposable.ts';

/** Says whether its socket is open. */
class FakeClient {
  isOpen = false;
  onRest = (): void => {};

  async rest(): Promise<void> {
    this.isOpen = false;
    this.onRest();
  }
}

describe('the budget of sockets', () => {
  it('never has more open than it may, and closes none that is in use', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.constantFrom('use', 'release', 'expect', 'forget'))), (steps) => {
        const budget = new SocketBudget({ maxOpen: 3, idleMs: 60_000 });
        const clients = Array.from({ length: 10 }, () => new FakeClient());
        const leases = new Map<FakeClient, Disposable>();
        for (const [index, step] of steps) {
          const client = clients[index];
          assert.ok(client);
          if (step === 'use' && !leases.has(client)) {
            const lease = budget.use(client);
            assert.equal(lease === undefined, leases.size === 3);
            if (lease) leases.set(client, lease);
            if (lease) client.isOpen = true;
          } else if (step === 'expect') {
            if (budget.expect(client)) client.isOpen = true;
          } else if (step === 'release') {
            leases.get(client)?.dispose();
            leases.delete(client);
          } else if (step === 'forget' && !leases.has(client)) {
            budget.forget(client);
            client.isOpen = false;
          }
          assert.ok(clients.filter(({ isOpen }) => isOpen).length <= 3);
          for (const used of leases.keys()) assert.ok(used.isOpen);
        }
        budget.dispose();
      }),
    ));

  it('closes the one that has rested longest when another one is needed', async () => {
    const budget = new SocketBudget({ maxOpen: 2, idleMs: 60_000 });
    const [a, b, c] = [new FakeClient(), new FakeClient(), new FakeClient()];
    const closed: string[] = [];
    a.onRest = () => closed.push('a');
    b.onRest = () => closed.push('b');
    budget.use(a)?.dispose();
    budget.use(b)?.dispose();
    budget.use(a)?.dispose();
    assert.ok(budget.use(c));
    await budget.settled();
    assert.deepEqual(closed, ['b']);
    budget.dispose();
  });

  it('closes what nobody used for long, and not what is in use', async () => {
    const budget = new SocketBudget({ maxOpen: 2, idleMs: 5 });
    const [idle, busy] = [new FakeClient(), new FakeClient()];
    budget.use(busy);
    busy.onRest = () => assert.fail('in use');
    const closed = new Promise<void>((resolve) => (idle.onRest = resolve));
    budget.use(idle)?.dispose();
    // The timer alone would not keep the process alive.
    const keep = setInterval(() => {}, 1_000);
    await closed;
    clearInterval(keep);
    budget.dispose();
  });
});
