import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { startSettings } from '../../dev/userSettings.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';
import { openEditorWindow, type EditorWindow } from './editorWindow.ts';
import { explainFailure } from './explainFailure.ts';
import { until } from './until.ts';

const file = 'src/orders.js';
const megabyte = 1024 * 1024;

/** A disk for temporary files that has room for everything but a copy of the workspace. */
describe('a workspace that cannot be copied, seen from outside', function () {
  this.timeout(600_000);
  const closing = new AbortController();
  const small = new TemporaryFolder();
  let isMounted = false;
  let window: EditorWindow | undefined;

  before(async function () {
    const options = ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', small.path];
    isMounted = spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
    if (!isMounted) {
      console.log('      not run here: no small disk could be mounted');
      return this.skip();
    }
    window = await openEditorWindow(
      {
        settings: startSettings,
        isTrusted: true,
        file: { path: file, line: 44 },
        env: { TMPDIR: small.path },
        prepare: (workspace) => writeFile(join(workspace, 'large.bin'), Buffer.alloc(32 * megabyte, 7)),
      },
      closing.signal,
    );
  });
  after(async () => {
    closing.abort();
    await window?.close();
    if (isMounted) spawnSync('umount', ['-l', small.path]);
    small.dispose();
  });
  afterEach(function () {
    return explainFailure(window, this.currentTest);
  });

  it('asks whether to verify in place, tests the change there, says that no mutant was tried, and puts every byte back', async () => {
    assert.ok(window !== undefined);
    const original = await window.read(file);
    await window.page
      .getByRole('button', { name: /^Optimize this/ })
      .first()
      .click();
    const question = window.page.getByRole('dialog');
    await question.getByText(/There is no room on the disk to copy corner-shop/).waitFor();
    await window.screenshot('in-place-question');
    await question.getByRole('button', { name: 'Verify in the Workspace' }).click();
    const card = window.chat.getByRole('region', { name: 'Proposed change' });
    await card.locator('.card-head .badge', { hasText: 'Unproven' }).waitFor();
    await card.getByText('17 passed').first().waitFor();
    await card
      .getByText(/mutants are seeded into a private copy only/)
      .first()
      .waitFor();
    await window.screenshot('in-place-verified');
    assert.equal(await window.chat.getByText('in a private copy').count(), 0);
    assert.equal(await window.read(file), original);
    await card.getByRole('button', { name: 'Accept' }).click();
    await window.chat.getByText('Applied', { exact: true }).waitFor();
    await until(async () => (await window?.read(file)) !== original, 'the file on disk changes');
  });
});
