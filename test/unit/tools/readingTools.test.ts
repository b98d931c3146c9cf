import { strict as assert } from 'node:assert';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { maxResultBytes, type Tool, type ToolResult } from '../../../src/agent/tool.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { contentHash, createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { createListFiles, maxListedFiles } from '../../../src/tools/listFiles.ts';
import { createReadFile } from '../../../src/tools/readFile.ts';
import { ReadLedger } from '../../../src/tools/readLedger.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();

async function call(tool: Tool, args: unknown): Promise<ToolResult> {
  const prepared = tool.prepare(args);
  return prepared.ok ? prepared.execute(signal) : { isError: true, output: prepared.message, summary: 'not prepared' };
}

function edit(path: string, before: string, after: string): FileChange {
  return { kind: 'edit', path, before: { text: before, hasBom: false }, after: { text: after, hasBom: false } };
}

describe('reading tools', () => {
  let folder = new TemporaryFolder();
  let draft = new Draft();
  let ledger = new ReadLedger();
  let readFile: Tool;
  let listFiles: Tool;

  beforeEach(() => {
    folder = new TemporaryFolder();
    draft = new Draft();
    ledger = new ReadLedger();
    const documents = new DiskDocuments({ root: folder.path });
    readFile = createReadFile({ documents, draft, ledger });
    listFiles = createListFiles(documents, draft);
  });

  afterEach(() => folder.dispose());

  describe('read_file', () => {
    it('gives the text as it stands in the file, under one line with its hash', async () => {
      folder.write('src/a.js', 'one\r\ntwo\r\nthree');
      const hash = contentHash({ text: 'one\r\ntwo\r\nthree', hasBom: false });
      const { isError, output, summary } = await call(readFile, { path: './src\\a.js' });
      assert.equal(output, `[src/a.js hash=${hash} lines=1-3 of=3]\none\r\ntwo\r\nthree`);
      assert.deepEqual([isError, summary], [false, 'src/a.js, 3 lines']);
      assert.ok(ledger.hasShown('src/a.js', hash));
    });

    it('keeps the byte order mark out of the text and in the hash', async () => {
      folder.write('a.js', '\uFEFFx\n');
      const hash = contentHash({ text: 'x\n', hasBom: true });
      assert.equal((await call(readFile, { path: 'a.js' })).output, `[a.js hash=${hash} lines=1-1 of=1]\nx\n`);
    });

    it('gives any range exactly', async () => {
      const line = fc.stringMatching(/^[a-z\u00e9]{0,5}\r?$/);
      await fc.assert(
        fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.nat(9), fc.nat(9), async (lines, a, b) => {
          const text = lines.map((one) => `${one}\n`).join('');
          folder.write('a.txt', text);
          const [start, end] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
          const { isError, output } = await call(readFile, { path: 'a.txt', start, end });
          if (start > Math.max(lines.length, 1)) return assert.match(output, /is past its end/);
          assert.equal(isError, false);
          const expected = lines.slice(start - 1, end).map((one) => `${one}\n`);
          assert.equal(output.slice(output.indexOf('\n') + 1), expected.join(''));
          const shown = lines.length === 0 ? '0-0' : `${start}-${Math.min(end, lines.length)}`;
          assert.ok(output.includes(` lines=${shown} of=${lines.length}]`), output);
        }),
        { numRuns: 60 },
      );
    });

    it('cuts between lines, says so, and can be read on from there without a gap', async () => {
      const text = Array.from({ length: 5000 }, (_one, index) => `line ${index} é€😀\n`).join('');
      folder.write('big.txt', text);
      let joined = '';
      let parts = 0;
      for (let start = 1; start <= 5000; parts++) {
        const { output } = await call(readFile, { path: 'big.txt', start });
        assert.ok(Buffer.byteLength(output) <= maxResultBytes);
        const [, last = '', cut] = / lines=\d+-(\d+) of=5000( cut)?\]\n/.exec(output) ?? [];
        assert.equal(cut === undefined, Number(last) === 5000);
        joined += output.slice(output.indexOf('\n') + 1);
        start = Number(last) + 1;
      }
      assert.ok(parts > 1);
      assert.ok(joined === text);
    });

    it('cuts a line that is too long between characters', async () => {
      for (const shift of ['', 'a', 'ab', 'abc']) {
        folder.write('one.txt', shift + '😀'.repeat(20_000));
        const { output } = await call(readFile, { path: 'one.txt' });
        assert.ok(Buffer.byteLength(output) <= maxResultBytes);
        assert.match(output, /^\[one\.txt hash=[0-9a-f]{16} lines=1-1 of=1 cut\]\n[abc]*(?:😀)+$/u);
      }
    });

    it('shows what is staged, and not what is staged as gone', async () => {
      const before = { text: 'b', hasBom: false };
      folder.write('a.js', 'old');
      folder.write('b.js', 'b');
      draft.set(
        createProposal([
          edit('a.js', 'old', 'new'),
          { kind: 'move', from: 'b.js', path: 'c.js', before, after: { text: 'moved', hasBom: false } },
        ]),
      );
      const hash = contentHash({ text: 'new', hasBom: false });
      assert.equal((await call(readFile, { path: 'a.js' })).output, `[a.js hash=${hash} lines=1-1 of=1]\nnew`);
      assert.ok(ledger.hasShown('a.js', hash));
      assert.match((await call(readFile, { path: 'b.js' })).output, /^b\.js is gone: it is staged/);
      assert.match((await call(readFile, { path: 'c.js' })).output, /\nmoved$/);
    });

    it('shows through a link what is staged for the file behind it', async () => {
      folder.write('real.js', 'old');
      symlinkSync(join(folder.path, 'real.js'), join(folder.path, 'link.js'));
      draft.set(createProposal([edit('real.js', 'old', 'new')]));
      assert.match((await call(readFile, { path: 'link.js' })).output, /^\[link\.js .*\]\nnew$/);
    });

    it('refuses with one clear sentence', async () => {
      folder.write('binary', Uint8Array.of(0, 1, 2));
      folder.write('latin1.txt', Uint8Array.of(0x63, 0xe9, 0x20));
      folder.write('huge.txt', 'x'.repeat(2 * 1024 * 1024 + 1));
      folder.write('.env', 'KEY=1');
      folder.write('src/a.js', 'a\n');
      symlinkSync('/etc', join(folder.path, 'out'));
      const cases: readonly (readonly [unknown, RegExp])[] = [
        [{ path: 'none.js' }, /^none\.js does not exist\.$/],
        [{ path: 'src' }, /^src is a folder/],
        [{ path: 'binary' }, /^binary is a binary file/],
        [{ path: 'latin1.txt' }, /^latin1\.txt is not valid UTF-8/],
        [{ path: 'huge.txt' }, /^huge\.txt is too large to read: 2\.0 MB, the limit is 2\.0 MB\.$/],
        [{ path: '.env' }, /^\.env may hold secrets/],
        [{ path: 'out/passwd' }, /^out\/passwd leads out of the workspace/],
        [{ path: '../x' }, /"\.\.\/x" is not a path inside the workspace/],
        [{ path: '/etc/passwd' }, /is not a path inside/],
        [{ path: 'src/a.js', start: 3, end: null }, /^src\/a\.js has 1 lines?; line 3 is past its end/],
        [{ path: 'src/a.js', start: 3, end: 2 }, /end \(2\) must not be before start \(3\)/],
        [{ path: 'src/a.js', start: 0 }, /start must be at least 1, got 0/],
        [{ path: 'src/a.js', start: 1.5 }, /start must be a whole number, got 1\.5/],
        [{ path: 7 }, /path must be a string, got 7/],
        [{}, /path must be a string, got nothing/],
        [null, /must be one JSON object/],
        [[], /must be one JSON object/],
        ['a', /must be one JSON object/],
      ];
      for (const [args, expected] of cases) {
        const { isError, output } = await call(readFile, args);
        assert.equal(isError, true, output);
        assert.match(output, expected);
      }
    });

    it('never throws over arguments', () => {
      fc.assert(
        fc.property(fc.anything(), fc.anything(), (path, start) => {
          for (const value of [path, { path, start }, { path: 'a', start, end: path }]) readFile.prepare(value);
        }),
      );
    });
  });

  describe('list_files', () => {
    it('lists all, or one folder, as it will be with the staged changes', async () => {
      folder.write('a.js', '');
      folder.write('src/b.js', 'b');
      folder.write('src/c.js', 'c');
      folder.write('node_modules/x/index.js', '');
      for (const path of [null, undefined, '', '.', './'])
        assert.equal((await call(listFiles, { path })).output, 'a.js\nsrc/b.js\nsrc/c.js');
      const text = { text: 'b', hasBom: false };
      draft.set(
        createProposal([
          { kind: 'move', from: 'src/b.js', path: 'src/sub/b.js', before: text, after: text },
          { kind: 'create', path: 'new.js', after: text },
        ]),
      );
      assert.equal((await call(listFiles, { path: 'src/' })).output, 'src/c.js\nsrc/sub/b.js');
      assert.equal((await call(listFiles, {})).output, 'a.js\nnew.js\nsrc/c.js\nsrc/sub/b.js');
    });

    it('says when it was cut', async () => {
      for (let index = 0; index <= maxListedFiles; index++) folder.write(`many/${index}.txt`, '');
      const { output, summary } = await call(listFiles, { path: 'many' });
      const lines = output.split('\n');
      assert.deepEqual([lines.length, lines.at(-1)], [maxListedFiles + 1, `[cut: more than ${maxListedFiles} files]`]);
      assert.equal(summary, '1000+ files');
    });

    it('stays in bounds with long names', async () => {
      for (let index = 0; index < 500; index++) folder.write(`many/${'n'.repeat(200)}${index}.txt`, '');
      const { output } = await call(listFiles, {});
      assert.ok(Buffer.byteLength(output) <= maxResultBytes);
      assert.match(output, /\n\[cut: more than \d+ files\]$/);
    });

    it('tells an empty folder from what is none', async () => {
      folder.write('a.js', '');
      folder.write('empty/.gitignore', '*');
      assert.equal((await call(listFiles, { path: 'empty' })).output, '[no files]');
      assert.match((await call(listFiles, { path: 'a.js' })).output, /a\.js is a file, not a folder/);
      assert.match((await call(listFiles, { path: 'gone' })).output, /gone does not exist/);
    });
  });
});
