import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import { JournalledTrial } from '../../src/apply/journalledTrial.ts';
import { rootFolder } from '../../src/apply/rootFolder.ts';
import { contentHash, createProposal, touchedPaths, type EncodedText } from '../../src/edits/proposal.ts';
import { isAbortError } from '../../src/util/abort.ts';
import { createVerifier, type VerifierOptions } from '../../src/verify/verifier.ts';
import type { CopyRefusal } from '../../src/workspace/approvals.ts';
import { workspaceAndProposal, writeWorkspace } from '../support/proposals.ts';
import { TempTree } from '../support/tempTree.ts';
import { trialWord, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const plain = (text: string): EncodedText => ({ text, hasBom: false });
const small = { maxFiles: 1, maxBytes: 1_000_000 };

describe('verifier: in the workspace itself', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  let journal: TempTree;
  let asked: CopyRefusal[];
  let isAllowed: boolean;

  beforeEach(() => {
    project = new VerifierProject();
    journal = new TempTree();
    asked = [];
    isAllowed = true;
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
    project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\n');
    test(`test('area', () => assert.equal(require('../area.js').area(2, 3), 6));`);
  });
  afterEach(async () => {
    await project.dispose();
    journal.dispose();
  });

  function test(body: string): void {
    const head = `const { test } = require('node:test'); const assert = require('node:assert'); const fs = require('node:fs');`;
    project.write('test/a.test.js', `${head}\n${body}\n`);
  }

  /** Where the entries of the journal stand. */
  function entries(): readonly string[] {
    const own = rootFolder(journal.root, project.root);
    return readdirSync(own)
      .filter((name) => /^\d{9}-/.test(name))
      .map((name) => join(own, name));
  }

  function inPlace(more: Partial<VerifierOptions> = {}): Partial<VerifierOptions> {
    return {
      copyLimits: small,
      trialWriter: new JournalledTrial({ root: project.root, folder: journal.root }),
      approvals: {
        confirmCommand: async () => true,
        confirmInPlace: async (refusal) => {
          asked.push(refusal);
          return isAllowed;
        },
      },
      ...more,
    };
  }

  function bytes(): string {
    return JSON.stringify(
      readdirSync(project.root, { recursive: true, encoding: 'utf8' })
        .sort()
        .map((path) => [path, lstatSync(join(project.root, path)).isFile() ? project.read(path) : '']),
    );
  }

  it('is offered with the size; a no is asked for once and is the reason', async () => {
    isAllowed = false;
    const verifier = project.verifier(inPlace());
    const proposal = project.replacing('area.js', 'h * w', 'w * h');
    for (let time = 0; time < 2; time += 1) {
      const { verdict } = await verifier.trial(proposal, signal);
      assert.equal(verdict.kind, 'unproven');
      assert.match(verdict.reasons.join(' '), /more than 1 files, so no private copy/);
    }
    const [refusal] = asked;
    assert.ok(asked.length === 1 && refusal?.kind === 'tooLarge' && refusal.files >= 3 && refusal.bytes > 100);
    assert.deepEqual(project.started, []);
    assert.deepEqual(readdirSync(project.copies), []);
  });

  it('has a doubt, since no mutant may come there, loads the new text from the workspace, and puts every byte and time back', async () => {
    const before = bytes();
    const { mtimeMs } = lstatSync(join(project.root, 'area.js'));
    const verifier = project.verifier(inPlace({ sensitivityMs: 10_000 }));
    const { verdict, evidence } = await verifier.examine(project.replacing('area.js', 'h * w', 'w * h'), signal);
    assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
    assert.match(verdict.reasons[0] ?? '', /^No mutant of the change was shown to the tests: .*private copy only/);
    assert.equal(verdict.reasons.length, 1);
    assert.deepEqual(evidence?.origin, { kind: 'proven', files: ['area.js'] });
    assert.ok(evidence.sensitivity.kind === 'notAvailable' && /private copy/.test(evidence.sensitivity.reason));
    assert.equal(bytes(), before);
    assert.ok(Math.abs(lstatSync(join(project.root, 'area.js')).mtimeMs - mtimeMs) < 1);
    const broken = await verifier.examine(project.replacing('area.js', 'h * w', 'h + w'), signal);
    assert.equal(broken.verdict.kind, 'broken');
    assert.equal(bytes(), before);
    // The state before is known, although the file has new times and another identity; what broke is tried once more.
    assert.deepEqual(project.started, ['baseline', 'trial', 'trial', 'trial']);
    assert.equal(asked.length, 1);
    assert.deepEqual(entries(), []);
  });

  it('judges what was applied against the state that is known, without writing the old text again', async () => {
    const verifier = project.verifier(inPlace());
    const proposal = project.replacing('area.js', 'h * w', 'w * h');
    assert.equal(trialWord((await verifier.trial(proposal, signal)).verdict), 'tests pass');
    const applier = new DiskApplier({ root: project.root, journalFolder: journal.root });
    assert.equal((await applier.apply(proposal, { label: 'test' }, signal)).kind, 'applied');
    const { verdict } = await verifier.applied(proposal, signal);
    assert.equal(verdict.kind, 'unproven');
    assert.match(verdict.reasons[0] ?? '', /^No mutant of the change was shown to the tests: .*private copy only/);
    assert.deepEqual(project.started, ['baseline', 'trial', 'applied']);
    assert.match(project.read('area.js'), /w \* h/);
  });

  it('judges a change that the workspace holds already, whose old text is written for a while', async () => {
    const proposal = project.replacing('area.js', 'h * w', 'w * h');
    const [change] = proposal.changes;
    assert.ok(change?.kind === 'edit');
    project.write('area.js', change.after.text);
    const before = bytes();
    const overlay = [{ path: 'area.js', content: change.before }];
    const { verdict } = await project.verifier(inPlace({ overlay: () => overlay })).trial(proposal, signal);
    assert.equal(trialWord(verdict), 'tests pass', verdict.reasons.join(' '));
    assert.equal(bytes(), before);
  });

  it('does not run over unsaved changes, which its tests would not see', async () => {
    const text = 'exports.area = 1;\n';
    const unsaved = { path: 'area.js', text, hasBom: false, hash: contentHash(plain(text)), isUnsaved: true };
    const verifier = project.verifier(inPlace({ documents: { unsaved: () => [unsaved] } }));
    const run = await verifier.baseline(signal);
    assert.ok(run.kind === 'unavailable' && /area\.js has unsaved changes/.test(run.reason), JSON.stringify(run));
    assert.deepEqual(project.started, []);
  });

  it('tells what the tests write into the tree, leaves it, and keeps no old time for what may have been built', async () => {
    test(
      `test('area', () => { fs.writeFileSync('built.txt', fs.readFileSync('area.js')); assert.equal(require('../area.js').area(2, 3), 6); });`,
    );
    const { mtimeMs } = lstatSync(join(project.root, 'area.js'));
    const proposal = project.replacing('area.js', 'h * w', 'w * h');
    const before = project.read('area.js');
    const { verdict } = await project.verifier(inPlace()).trial(proposal, signal);
    assert.equal(trialWord(verdict), 'tests pass', verdict.reasons.join(' '));
    assert.match(verdict.reasons.join(' '), /these files of it changed: built\.txt/);
    // What is measured last is the state before.
    assert.match(project.read('built.txt'), /h \* w/);
    assert.equal(project.read('area.js'), before);
    assert.ok(lstatSync(join(project.root, 'area.js')).mtimeMs > mtimeMs);
  });

  it('leaves what somebody typed meanwhile, says so, and proves nothing', async () => {
    // The test stands for the person: it writes only while the change is there.
    test(`test('area', () => {
      if (/w \\* h/.test(fs.readFileSync('area.js', 'utf8'))) fs.writeFileSync('area.js', 'typed by the user');
    });`);
    const proposal = project.replacing('area.js', 'h * w', 'w * h');
    const before = project.read('area.js');
    const { verdict, after } = await project.verifier(inPlace()).trial(proposal, signal);
    assert.equal(verdict.kind, 'unproven');
    assert.ok(after.kind === 'unavailable' && /area\.js was edited while the tests ran/.test(after.reason));
    assert.equal(project.read('area.js'), 'typed by the user');
    // What stood there before is in the journal still.
    const [entry = ''] = entries();
    const kept = readdirSync(entry).map((name) => readFileSync(join(entry, name), 'utf8'));
    assert.ok(kept.includes(before));
  });

  it('puts everything back when it is cancelled in the middle of the tests', async () => {
    test(
      `test('area', () => new Promise((resolve) => setTimeout(resolve, /w \\* h/.test(fs.readFileSync('area.js')) ? 60000 : 0)));`,
    );
    const before = bytes();
    const stop = new AbortController();
    const verifier = project.verifier(
      inPlace({ onRunStarted: (stage) => void (stage === 'trial' && setImmediate(() => stop.abort())) }),
    );
    const trial = verifier.trial(project.replacing('area.js', 'h * w', 'w * h'), stop.signal);
    await assert.rejects(trial, isAbortError);
    assert.equal(bytes(), before);
    assert.ok((await verifier.baseline(signal)).kind === 'finished');
  });

  it('is back after the next start, whenever the process is killed', async function () {
    // A process for each step of it.
    this.timeout(300_000);
    const proposal = createProposal([
      project.edit('area.js', 'h * w', 'w * h'),
      { kind: 'create', path: 'new/deep/c.js', after: plain('c\n') },
    ]);
    // A command that says something and is judged by its exit code: many runs.
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'echo running' } }));
    const before = bytes();
    const input = new TempTree({ 'proposal.json': JSON.stringify(proposal) });
    const kill = async (at: string): Promise<string> => {
      const files = [project.root, journal.root, project.copies, input.path('proposal.json'), at];
      const child = join(import.meta.dirname, '../support/inPlaceChild.ts');
      const running = spawn(process.execPath, [child, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      running.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
      await new Promise((resolve) => running.once('close', resolve));
      return said;
    };
    let wasThere = 0;
    for (const at of ['run', ...Array.from({ length: 100 }, (_, index) => String(index + 1))]) {
      const said = await kill(at);
      if (bytes() !== before) wasThere += 1;
      const report = await new DiskApplier({ root: project.root, journalFolder: journal.root }).recover();
      assert.deepEqual([report.left, report.problems], [[], []], `${at}: ${said}`);
      assert.equal(bytes(), before, `${at}: ${said}`);
      if (!said.includes('outcome')) continue;
      assert.ok(Number(at) > 12, `only ${at} steps`);
      break;
    }
    assert.ok(wasThere > 5, `the change was in the workspace ${wasThere} times only`);
    input.dispose();
  });

  it('leaves every byte as it was, however it ends', async () => {
    const endings = ['passes', 'fails', 'hangs', 'cancelled', 'disk'] as const;
    const property = fc.asyncProperty(
      workspaceAndProposal,
      fc.constantFrom(...endings),
      fc.nat(12),
      async ({ files, proposal }, ending, step) => {
        const tree = writeWorkspace(files);
        const state = new TempTree();
        const stop = new AbortController();
        let steps = 0;
        const writer = new JournalledTrial({
          root: tree.root,
          folder: state.path('journal'),
          onStep: () => {
            steps += 1;
            if (ending === 'cancelled' && steps > step) stop.abort();
            if (ending === 'disk' && steps === step) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          },
        });
        const scripts = {
          passes: '0',
          fails: 'process.exit(1)',
          hangs: 'setInterval(() => {}, 99)',
          cancelled: '0',
          disk: '0',
        };
        const before = tree.snapshot();
        const verifier = createVerifier({
          root: tree.root,
          documents: { unsaved: () => [] },
          approvals: { confirmCommand: async () => true, confirmInPlace: async () => true },
          configuredCommand: () => [process.execPath, '-e', scripts[ending]],
          timeLimitMs: ending === 'hangs' ? 50 : 20_000,
          copyLimits: { maxFiles: -1, maxBytes: 0 },
          temporaryFolder: state.root,
          trialWriter: writer,
        });
        try {
          await verifier.trial(proposal, stop.signal).catch((error: unknown) => {
            if (!isAbortError(error)) throw error;
          });
          assert.deepEqual(tree.snapshot(), before, `${ending} ${touchedPaths(proposal).join()}`);
        } finally {
          await verifier.dispose();
          tree.dispose();
          state.dispose();
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
