import { strict as assert } from 'node:assert';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { describeDifference } from '../../../src/vscode/applyDifference.ts';
import { parseOptimizeTarget } from '../../../src/vscode/optimizeTarget.ts';
import { findRipgrep } from '../../../src/vscode/ripgrepPath.ts';
import { TypedTexts } from '../../../src/vscode/typedTexts.ts';

describe("the editor's ripgrep", () => {
  it('is found where desktop, packed and web builds have it, and nowhere else', () => {
    const at = (path: string): string | undefined => findRipgrep('/app', (one) => one === path, 'linux', 'x64');
    for (const path of [
      '/app/node_modules/@vscode/ripgrep/bin/rg',
      '/app/node_modules.asar.unpacked/@vscode/ripgrep/bin/rg',
      '/app/node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg',
    ])
      assert.equal(at(path), path);
    assert.equal(at('/app/rg'), undefined);
  });
});

describe('what a lens hands over', () => {
  it('is parsed, since anybody may call a command', () => {
    const target = { uri: 'file:///a.js', startLine: 1, endLine: 2, symbol: 'function a' };
    assert.deepEqual(parseOptimizeTarget(target), target);
    for (const wrong of [undefined, 'x', { ...target, startLine: 0 }, { ...target, uri: 5 }, {}])
      assert.equal(parseOptimizeTarget(wrong), undefined);
  });
});

describe('a difference after saving', () => {
  it('is named by its cause', () => {
    const bytes = (text: string): Buffer => Buffer.from(text);
    assert.match(describeDifference(undefined, bytes('a')), /still there/);
    assert.match(describeDifference(bytes('a'), undefined), /not there/);
    assert.match(describeDifference(bytes('a\r\nb\n'), bytes('a\nb\n')), /Line ends/);
    assert.match(describeDifference(bytes('a\n'), bytes('\uFEFFa\n')), /byte order mark/);
    assert.match(describeDifference(bytes('a  \nb\nc  \n'), bytes('a\nb\nc\n')), /in 2 places/);
  });
});

describe('typed texts', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whetstone-typed-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('are there after a restart, until they are forgotten', async () => {
    const typed = [{ path: 'a.js', text: 'typed\r\n', hasBom: true }];
    await new TypedTexts(folder).keep('000000001-abc', typed);
    const later = new TypedTexts(folder);
    assert.deepEqual(await later.read('000000001-abc'), typed);
    await later.forget('000000001-abc');
    assert.deepEqual(await later.read('000000001-abc'), []);
  });

  it('of old entries go', async () => {
    const texts = new TypedTexts(folder);
    for (let index = 0; index < 60; index++)
      await texts.keep(`${String(index).padStart(9, '0')}-abc`, [{ path: 'a', text: '', hasBom: false }]);
    const names = (await readdir(folder)).sort();
    assert.deepEqual([names.length, names[0]], [50, '000000010-abc.json']);
  });

  it('never leave their folder', async () => {
    await assert.rejects(new TypedTexts(folder).keep('../out', [{ path: 'a', text: '', hasBom: false }]));
    assert.deepEqual(await new TypedTexts(folder).read('../out'), []);
  });
});
