import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { emptyConversation } from '../../../src/chat/conversation.ts';
import { addNotice } from '../../../src/chat/reducer.ts';
import { userMessage } from '../../../src/responses/items.ts';
import { ThreadKeeper, type ThreadSnapshot } from '../../../src/vscode/threadKeeper.ts';
import { maxThreads, ThreadStore } from '../../../src/vscode/threadStore.ts';
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
  const store = (root = 'file:///a'): ThreadStore => new ThreadStore(scratch.path, root);

  beforeEach(() => {
    scratch = new TemporaryFolder();
    warnings = [];
  });
  afterEach(() => scratch.dispose());

  async function keep(id: string = randomUUID(), begunAt = Date.now()): Promise<string> {
    const keeper = new ThreadKeeper(store().filesOf(id, begunAt), log);
    keeper.keep(() => snapshot);
    await keeper.flush();
    return id;
  }

  it('come back as they were shown, and go on where they were said', async () => {
    const id = await keep();
    const [kept] = store().list();
    assert.deepEqual([kept?.thread.id, kept?.thread.title, kept?.thread.wasRunning], [id, 'Optimize this', false]);
    assert.deepEqual(kept?.thread.entries, snapshot.conversation.entries);
    const continued = await new ThreadKeeper(kept?.files, log).load();
    assert.equal(continued?.endpoint, 'embedded');
    assert.deepEqual(JSON.stringify(continued?.history), snapshot.historyText);
    assert.deepEqual(continued?.unsent, snapshot.unsent);
    assert.deepEqual(store('file:///b').list(), []);
  });

  it('are for the user only, in order, bounded, and gone when they are forgotten', async () => {
    for (let index = 0; index < maxThreads + 3; index++) await keep(randomUUID(), index);
    const kept = store().list();
    assert.equal(kept.length, maxThreads);
    for (const name of readdirSync(scratch.path, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.json') && process.platform !== 'win32')
        assert.equal(statSync(join(scratch.path, name)).mode & 0o777, 0o600, name);
    await new ThreadKeeper(kept[0]?.files, log).forget();
    assert.ok(
      !store()
        .list()
        .some(({ thread }) => thread.id === kept[0]?.thread.id),
    );
    await store().clear();
    assert.deepEqual(store().list(), []);
  });

  it('are read whatever stands there', async () => {
    const id = await keep();
    const folder = readdirSync(join(scratch.path, 'threads'))[0] ?? '';
    for (const bad of ['', '{', '[]', '{"version":1}', '{"version":1,"endpoint":"e","history":[5],"unsent":[]}']) {
      writeFileSync(join(scratch.path, 'threads', folder, `${id}.wire.json`), bad);
      assert.equal(await new ThreadKeeper(store().filesOf(id), log).load(), undefined, bad);
      writeFileSync(join(scratch.path, 'threads', folder, `${randomUUID()}.shown.json`), bad);
    }
    assert.deepEqual(
      store()
        .list()
        .map(({ thread }) => thread.id),
      [id],
    );
    assert.deepEqual(warnings, []);
  });

  it('that cannot be written are logged once, and disturb nothing', async () => {
    scratch.write('threads', 'a file where a folder should be');
    const keeper = new ThreadKeeper(store().filesOf(randomUUID()), log);
    for (let times = 0; times < 3; times++) {
      keeper.keep(() => snapshot);
      await keeper.flush();
    }
    assert.equal(warnings.length, 1);
    assert.deepEqual(store().list(), []);
  });
});
