import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { StoredEndpoints, type FactStore } from '../../../src/agent/endpointStore.ts';
import { endpointFile } from '../../../src/node/endpointFile.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const hour = 60 * 60_000;
const now = 1_800_000_000_000;

describe('what is remembered of endpoints', () => {
  it('outlives the process until it expires', () => {
    const folder = new TemporaryFolder();
    const file = endpointFile({ XDG_STATE_HOME: folder.path, LOCALAPPDATA: folder.path });
    new StoredEndpoints(file, now).set('https://host/v1', {
      isHttpOnly: { value: true, until: now + hour },
      maxAgeMs: { value: 5, until: now + 3 * hour },
      refusedFields: { value: { m: ['reasoning'] }, until: now + hour },
    });
    assert.deepEqual(new StoredEndpoints(file, now).get('https://host/v1')?.refusedFields?.value, { m: ['reasoning'] });
    assert.deepEqual(new StoredEndpoints(file, now + 2 * hour).get('https://host/v1'), {
      maxAgeMs: { value: 5, until: now + 3 * hour },
    });
    assert.equal(new StoredEndpoints(file, now).get('https://other/v1'), undefined);
    folder.dispose();
  });

  it('is read whatever stands there, and nothing is believed for ever', () =>
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), almost), (value) => {
        const facts = new StoredEndpoints({ read: () => value, write: () => {} }, now).get('e') ?? {};
        for (const fact of [facts.isHttpOnly, facts.maxAgeMs, facts.tooLargeBytes, facts.refusedFields])
          assert.ok(fact === undefined || (fact.until > now && fact.until < now + 31 * 24 * hour));
      }),
    ));

  it('is bounded', () => {
    let kept: unknown;
    const store: FactStore = { read: () => kept, write: (value) => (kept = value) };
    const memory = new StoredEndpoints(store, now);
    for (let index = 0; index < 200; index++) memory.set(`e${index}`, { maxAgeMs: { value: 1, until: now + hour } });
    const later = new StoredEndpoints(store, now);
    assert.equal(later.get('e149'), undefined);
    assert.ok(later.get('e199'));
  });
});

const almost = fc
  .record({ value: fc.constantFrom(true, 1, 'x'), until: fc.oneof(fc.double(), fc.constant(now + hour)) })
  .map((fact) => ({ version: 1, endpoints: [['e', { isHttpOnly: fact, maxAgeMs: fact, tooLargeBytes: fact }]] }));
