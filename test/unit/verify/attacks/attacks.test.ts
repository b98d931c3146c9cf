import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { textsOf, type ChangeCase } from './change.ts';
import { logOf } from './execute.ts';
import { attackTables } from './attackTables.ts';
import { honestTables } from './honestTables.ts';
import { verdictOf } from './verdict.ts';

const logs = (one: ChangeCase): readonly (readonly string[])[] =>
  (['before', 'after'] as const).map((side) => logOf(textsOf(one, side), one.run));

for (const [kind, cases] of Object.entries(attackTables))
  describe(`another program is not called the same: ${kind}`, () => {
    for (const one of cases)
      it(one.name, async () => {
        const [before, after] = logs(one);
        if (one.run.length > 0) assert.notDeepEqual(after, before, 'the attack does nothing');
        const verdict = await verdictOf(one);
        assert.notEqual(verdict.kind, 'preserved', verdict.reasons.join(' '));
      });
  });

for (const [kind, cases] of Object.entries(honestTables))
  describe(`the same program needs no test: ${kind}`, () => {
    for (const one of cases)
      it(one.name, async () => {
        const [before, after] = logs(one);
        assert.deepEqual(after, before, 'it is another program');
        const verdict = await verdictOf(one);
        assert.equal(verdict.kind, 'preserved', verdict.reasons.join(' '));
      });
  });
