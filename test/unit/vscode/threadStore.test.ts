import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { emptyConversation } from '../../../src/chat/conversation.ts';
import { addNotice } from '../../../src/chat/reducer.ts';
import { userMessage } from '../../../src/responses/items.ts';
import { ThreadKeeper, type ThreadSnapshot } from '../../../src/vscode/threadKeeper.ts';
import { maxThreads, ThreadStore, type ClaimedThread, type ThreadFiles } from '../../../src/vscode/threadStore.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const snapshot: ThreadSnapshot = {
  title: 'Optimize this',
  conversation: addNotice(emptyConversation, 'info', 'Hello.'),
  endpoint: 'embedded',
  historyText: JSON.stringify([userMessage('Goal: x'), { type: 'reasoning', encrypted_content: 'abc' }]),
  unsent: [userMessage('Review: rejected.')],
};

describe('conversations that outlive the window', () => {
  let scratch: TemporaryFolder;
  let warnings: string[];
  const log = { warn: (text: string | Error) => void warnings.push(String(text)) };
  /** Each call is another window. */
  const store = (root = 'file:///a'): ThreadStore => new ThreadStore(scratch.path, root);
  const claim = async (most = maxThreads, root?: string): Promise<readonly ClaimedThread[]> =>
    (await store(root).claim(most)).claimed;
  const ids = (claimed: readonly ClaimedThread[]): string[] => claimed.map(({ thread }) => thread.id);
  const release = async (claimed: readonly ClaimedThread[]): Promise<void> => {
    for (const { files } of claimed) await files.release();
  };

  beforeEach(() => {
    scratch = new TemporaryFolder();
    warnings = [];
  });
  afterEach(() => scratch.dispose());

  /** As a window leaves it that is closed, or as one has it that is open. */
  async function keep(
    begunAt = Date.now(),
    isOpen = false,
  ): Promise<{ id: string; keeper: ThreadKeeper; files: ThreadFiles }> {
    const id = randomUUID();
    const files = store().create(id, begunAt);
    const keeper = new ThreadKeeper(files, log);
    keeper.keep(() => snapshot);
    await (isOpen ? keeper.flush() : keeper.close());
    return { id, keeper, files };
  }

  it('come back as they were shown, and go on where they were said', async () => {
    const { id } = await keep();
    assert.deepEqual(await claim(maxThreads, 'file:///b'), []);
    const [kept] = await claim();
    assert.deepEqual([kept?.thread.id, kept?.thread.title, kept?.thread.wasRunning], [id, 'Optimize this', false]);
    assert.deepEqual(kept?.thread.entries, snapshot.conversation.entries);
    const continued = await new ThreadKeeper(kept?.files, log).load();
    assert.equal(continued?.endpoint, 'embedded');
    assert.deepEqual(JSON.stringify(continued?.history), snapshot.historyText);
    assert.deepEqual(continued?.unsent, snapshot.unsent);
  });

  it('belong to one window at a time, which is asked for them by another one', async () => {
    const { id, keeper, files } = await keep(1, true);
    const other = store();
    assert.equal(await files.isWanted(), false);
    assert.deepEqual(await other.claim(maxThreads), { claimed: [], isAnyElsewhere: true });
    assert.deepEqual([await files.isWanted(), await files.isWanted()], [true, false]);
    await keeper.close();
    const { claimed, isAnyElsewhere } = await other.claim(maxThreads);
    assert.deepEqual([ids(claimed), isAnyElsewhere], [[id], false]);
    assert.deepEqual(await other.claim(maxThreads), { claimed: [], isAnyElsewhere: false });
    // Whoever gave it away writes nothing any more.
    keeper.keep(() => ({ ...snapshot, title: 'From the old window' }));
    await keeper.flush();
    await assert.rejects(files.keepShown('From the old window', snapshot.conversation), /another window has it now/);
    for (const file of [files.wire, files.calls]) {
      await assert.rejects(file.write({}), /belongs to somebody else/);
      await assert.rejects(file.remove(), /belongs to somebody else/);
    }
    await release(claimed);
    // Nor once it is free again: what it knows is old.
    await assert.rejects(files.keepShown('From the old window', snapshot.conversation), /another window has it now/);
    assert.deepEqual((await claim())[0]?.thread.title, 'Optimize this');
  });

  it('are kept to the last, and not later, by a window that closes', async () => {
    const files = store().create(randomUUID(), 1);
    const keeper = new ThreadKeeper(files, log);
    keeper.keep(() => snapshot);
    const closing = keeper.close();
    keeper.keep(() => ({ ...snapshot, title: 'Too late' }));
    await closing;
    await keeper.flush();
    assert.equal((await claim())[0]?.thread.title, 'Optimize this');
    assert.deepEqual(warnings, []);
  });

  it('are for the user only, in order, bounded, and gone when they are forgotten', async () => {
    for (let index = 0; index < maxThreads + 3; index++) await keep(index);
    const kept = await claim();
    assert.equal(kept.length, maxThreads);
    const older = await claim(1);
    assert.ok(older[0] && !ids(kept).includes(older[0].thread.id));
    for (const name of readdirSync(scratch.path, { recursive: true, encoding: 'utf8' }))
      if (statSync(join(scratch.path, name)).isFile() && process.platform !== 'win32')
        assert.equal(statSync(join(scratch.path, name)).mode & 0o777, 0o600, name);
    const [first, ...others] = kept;
    await new ThreadKeeper(first?.files, log).forget();
    await release([...older, ...others]);
    const left = await claim();
    assert.deepEqual(ids(left), ids([...older, ...others]));
    await store().clear();
    assert.deepEqual(await claim(), []);
  });

  it('are read whatever stands there', async () => {
    const { id, files } = await keep(1, true);
    const folder = join(scratch.path, 'threads', readdirSync(join(scratch.path, 'threads'))[0] ?? '');
    for (const bad of ['', '{', '[]', '{"version":1}', '{"version":1,"endpoint":"e","history":[5],"unsent":[]}']) {
      writeFileSync(join(folder, id, 'wire.json'), bad);
      assert.equal(await new ThreadKeeper(files, log).load(), undefined, bad);
      const other = randomUUID();
      mkdirSync(join(folder, other));
      writeFileSync(join(folder, other, 'shown.json'), bad);
    }
    mkdirSync(join(folder, randomUUID()));
    writeFileSync(join(folder, randomUUID()), 'a file where a folder should be');
    await files.release();
    assert.deepEqual(ids(await claim()), [id]);
    assert.deepEqual(warnings, []);
  });

  it('that cannot be written are logged once, and disturb nothing', async () => {
    scratch.write('threads', 'a file where a folder should be');
    const keeper = new ThreadKeeper(store().create(randomUUID()), log);
    for (let times = 0; times < 3; times++) {
      keeper.keep(() => snapshot);
      await keeper.flush();
    }
    assert.equal(warnings.length, 1);
    assert.deepEqual(await claim(), []);
  });
});
