import { strict as assert } from 'node:assert';
import { readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { TypedTexts } from '../../../src/vscode/typedTexts.ts';
import { TempTree } from '../../support/tempTree.ts';

const typed = (text: string) => [{ path: 'a.js', text, hasBom: false }];
const id = (number: number): string => `${String(number).padStart(9, '0')}-0123456789abcdef`;

describe('what was typed and not saved when a change was written', () => {
  let storage: TempTree;
  beforeEach(() => (storage = new TempTree()));
  afterEach(() => storage.dispose());

  it('is kept of each workspace folder by itself: the many of one push out none of another', async () => {
    const [a, b] = [new TypedTexts(storage.path('a')), new TypedTexts(storage.path('b'))];
    for (let number = 100; number < 155; number += 1) await a.keep(id(number), typed(`a${number}`));
    await b.keep(id(1), typed('b'));
    assert.deepEqual(await b.read(id(1)), typed('b'));
    assert.deepEqual(await a.read(id(104)), []);
    assert.deepEqual(await a.read(id(105)), typed('a105'));
    assert.equal(readdirSync(storage.path('a')).length, 50);
  });

  it('is read and forgotten where all folders kept it once, too', async () => {
    await new TypedTexts(storage.path('all')).keep(id(1), typed('old'));
    const one = new TypedTexts(storage.path('a'), storage.path('all'));
    assert.deepEqual(await one.read(id(1)), typed('old'));
    await one.keep(id(2), typed('new'));
    assert.deepEqual(readdirSync(storage.path('all')), [`${id(1)}.json`]);
    await one.forget(id(1));
    assert.deepEqual(await one.read(id(1)), []);
    assert.deepEqual(readdirSync(storage.path('all')), []);
    assert.deepEqual(await one.read(id(2)), typed('new'));
  });

  it('is for the user only, and damage in it is no text', async () => {
    const one = new TypedTexts(storage.path('a'));
    await one.keep(id(1), typed('x'));
    assert.equal(statSync(storage.path(`a/${id(1)}.json`)).mode & 0o077, 0);
    storage.write(`a/${id(1)}.json`, '[{');
    assert.deepEqual(await one.read(id(1)), []);
    assert.deepEqual(await one.read('../x'), []);
    await assert.rejects(one.keep('../x', typed('x')), /Not the name/);
  });
});
