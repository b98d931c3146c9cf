import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';

const entry = resolve(import.meta.dirname, '../../../src/node/cliEntry.ts');

/** Runs the entry under a Node that says it is of another version. */
function runAs(version: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const disguise = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(disguise)}`, entry, '--version'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe('entry of the command line', function () {
  this.timeout(20_000);

  it('says in one sentence that a Node is too old, and does nothing else', () => {
    for (const version of ['8.17.0', '20.20.2', '22.12.0']) {
      const expected = `whetstone needs Node 22.13 or newer; this is Node ${version}.\n`;
      assert.deepEqual(runAs(version), { code: 64, stdout: '', stderr: expected });
    }
  });

  it('goes on under one that is new enough', () => {
    for (const version of ['22.13.0', '23.0.0', '100.1.0']) assert.equal(runAs(version).code, 0, version);
  });

  it('has nothing in it that an old Node could not read once it is built', () => {
    const source = ts.createSourceFile(entry, readFileSync(entry, 'utf8'), ts.ScriptTarget.Latest);
    for (const statement of source.statements)
      assert.ok(!ts.isImportDeclaration(statement) && !ts.isImportEqualsDeclaration(statement), 'a static import');
    assert.ok(!/node:|import\.meta|await/.test(source.text.replaceAll(/\/\*[^]*?\*\//g, '')));
  });
});
