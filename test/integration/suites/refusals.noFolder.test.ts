import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { extensionUnderTest } from '../extensionUnderTest.ts';

describe('a window without a folder', () => {
  it('has no agent, and the chat says what to do', async () => {
    const { workbench: load } = await extensionUnderTest();
    const { agents, chatSource } = await load();
    assert.equal(agents.current, undefined);
    assert.equal(chatSource.surroundings.blocker?.action, 'openFolder');
    assert.match(chatSource.surroundings.blocker?.text ?? '', /Open a folder/);
  });
});
