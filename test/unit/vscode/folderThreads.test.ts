import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { emptyConversation } from '../../../src/chat/conversation.ts';
import { Deferred } from '../../../src/util/deferred.ts';
import { Emitter } from '../../../src/util/emitter.ts';
import { FolderThreads, type Arrivals } from '../../../src/vscode/folderThreads.ts';
import type { WorkspaceAgent } from '../../../src/vscode/workspaceAgent.ts';

/** A conversation as far as the list of them looks at it. */
class ListedAgent {
  readonly id: string;
  isEmpty: boolean;
  isRunning = false;
  isAskedFor = false;
  readonly ended = new Deferred<'disposed' | 'handed over' | 'forgotten'>();
  readonly conversation = emptyConversation;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly reviewer = { onDidChange: this.#changed.event };

  constructor(id: string, isEmpty: boolean) {
    this.id = id;
    this.isEmpty = isEmpty;
  }

  isWanted(): Promise<boolean> {
    return Promise.resolve(this.isAskedFor);
  }

  async dispose(): Promise<void> {
    await Promise.resolve(this.ended.resolve('disposed'));
  }

  async handOver(): Promise<void> {
    await Promise.resolve(this.ended.resolve('handed over'));
  }

  async forget(): Promise<void> {
    await Promise.resolve(this.ended.resolve('forgotten'));
  }
}

const asAgent = (agent: ListedAgent): WorkspaceAgent => agent as unknown as WorkspaceAgent;
const kept = (): ListedAgent => new ListedAgent(randomUUID(), false);

describe('the conversations of a folder', () => {
  let made: ListedAgent[];
  /** Whether the window answers, time by time it is asked; after that it is silent. */
  let answers: boolean[];
  const open: FolderThreads[] = [];

  beforeEach(() => {
    made = [];
    answers = [];
  });
  afterEach(async () => {
    for (const threads of open.splice(0)) await threads.dispose();
  });

  function begin(arrive: () => Promise<Arrivals>): FolderThreads {
    const create = (id: string): WorkspaceAgent => {
      const agent = new ListedAgent(id, true);
      made.push(agent);
      return asAgent(agent);
    };
    const threads = new FolderThreads({
      folder: { uri: { toString: () => 'file:///a' } } as never,
      create,
      arrive,
      isWindowThere: () => Promise.resolve(answers.shift() ?? false),
      release: () => Promise.resolve(),
    });
    open.push(threads);
    return threads;
  }

  const idsOf = (threads: FolderThreads): readonly string[] => threads.all.map(({ id }) => id);
  const arrivals = (...agents: ListedAgent[]): Arrivals => ({ agents: agents.map(asAgent), isAnyElsewhere: false });

  it('are those of the window before, the newest shown in place of the empty one of the start', async () => {
    const [first, second] = [kept(), kept()];
    const threads = begin(() => Promise.resolve(arrivals(first, second)));
    await threads.arrived;
    assert.deepEqual(idsOf(threads), [first.id, second.id]);
    assert.equal(threads.current.id, second.id);
    assert.equal(await made[0]?.ended.promise, 'forgotten');
  });

  it('may arrive late, when another window has let them go; what was begun meanwhile stays in view', async () => {
    const [early, late] = [kept(), kept()];
    const left: Arrivals[] = [
      { ...arrivals(), isAnyElsewhere: true },
      { ...arrivals(early), isAnyElsewhere: true },
      arrivals(late),
    ];
    let asked = 0;
    const threads = begin(() => Promise.resolve(left[asked++] ?? arrivals()));
    await threads.arrived;
    const begun = made[0];
    assert.ok(begun && threads.current.id === begun.id);
    begun.isEmpty = false;
    await changesUntil(threads, () => threads.all.length === 3);
    assert.deepEqual(idsOf(threads), [late.id, early.id, begun.id]);
    assert.equal(threads.current.id, begun.id);
    assert.equal(asked, left.length);
  });

  it('leave an empty one that was asked for in view', async () => {
    const late = kept();
    const left = [{ ...arrivals(), isAnyElsewhere: true }, arrivals(late)];
    const threads = begin(() => Promise.resolve(left.shift() ?? arrivals()));
    await threads.arrived;
    const asked = threads.open();
    await changesUntil(threads, () => threads.all.length === 2);
    assert.equal(threads.current, asked);
  });

  it('are not handed to another window while this one answers, and are once it does not', async () => {
    const [first, second] = [kept(), kept()];
    const threads = begin(() => Promise.resolve(arrivals(first, second)));
    await threads.arrived;
    answers = [true];
    second.isAskedFor = true;
    assert.equal(await second.ended.promise, 'handed over');
    assert.deepEqual([answers, first.ended.isSettled], [[], false]);
    assert.deepEqual([idsOf(threads), threads.current.id], [[first.id], first.id]);
  });

  it('that arrive after the end are let go again', async () => {
    const late = kept();
    const arriving = new Deferred<Arrivals>();
    const threads = begin(() => arriving.promise);
    await threads.dispose();
    open.splice(0);
    arriving.resolve(arrivals(late));
    assert.equal(await late.ended.promise, 'disposed');
  });
});

async function changesUntil(threads: FolderThreads, condition: () => boolean): Promise<void> {
  const reached = new Deferred<void>();
  const subscription = threads.onDidChange(() => {
    if (condition()) reached.resolve();
  });
  if (condition()) reached.resolve();
  await reached.promise;
  subscription.dispose();
}
