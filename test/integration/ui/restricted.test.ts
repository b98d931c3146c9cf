import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import { testSettings } from '../../dev/userSettings.ts';
import { openEditorWindow, type EditorWindow } from './editorWindow.ts';
import { explainFailure } from './explainFailure.ts';

describe('Restricted Mode, seen from outside', function () {
  this.timeout(600_000);
  const closing = new AbortController();
  let window: EditorWindow;

  before(async () => {
    window = await openEditorWindow({ settings: testSettings, isTrusted: false }, closing.signal);
  });
  after(async () => {
    closing.abort();
    await window.close();
  });
  afterEach(function () {
    return explainFailure(window, this.currentTest);
  });

  it('says in the chat why nothing runs, and takes no goal', async () => {
    await window.page.getByRole('tab', { name: 'Whetstone' }).click();
    await window.chat.getByText(/Whetstone runs nothing in Restricted Mode/).waitFor();
    assert.equal(await window.chat.getByRole('textbox', { name: 'Goal' }).isDisabled(), true);
    await window.screenshot('restricted');
  });
});
