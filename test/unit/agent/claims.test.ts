import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { claimOf } from '../../../src/agent/claims.ts';

describe('claims of a model', () => {
  for (const text of [
    'I have refactored the function to use a Set.',
    "I've extracted isExpired and inlined the rest.",
    'I successfully updated src/a.js.',
    'The loop was replaced by a map.',
    'The code has been simplified.',
    'All duplicates are now removed.',
    'Looked at it.\nThe refactoring is complete.',
    'We then renamed x to total, and the tests pass.',
  ])
    it(`hears one in ${JSON.stringify(text)}`, () => assert.notEqual(claimOf(text), undefined));

  for (const text of [
    'It is good as it is.',
    'Nothing was changed.',
    'I have not changed anything.',
    'I changed nothing, since the code is clear.',
    'No change is needed: the code was already simplified.',
    'The loop could be replaced by a map, but that would change the order.',
    "I didn't update the file.",
    'This should be extracted, if at all, by somebody who knows it.',
    'The function double is short.',
    'Nothing worth changing was found, so nothing is staged.',
  ])
    it(`hears none in ${JSON.stringify(text)}`, () => assert.equal(claimOf(text), undefined));
});
