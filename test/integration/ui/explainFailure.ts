import type { Test } from 'mocha';
import type { EditorWindow } from './editorWindow.ts';

/** The end of a conversation tells most. */
const maxLength = 3_000;

/** After a test that failed: a picture of the window, and in the report what stands in it, for whoever only has the report. */
export async function explainFailure(window: EditorWindow | undefined, test: Test | undefined): Promise<void> {
  if (window === undefined || test?.state !== 'failed') return;
  await window.screenshot(`failed-${test.title.replace(/\W+/g, '-')}`);
  const frames = [window.page.locator('.monaco-workbench'), window.chat.locator('body')];
  for (const frame of frames) {
    const text = await frame.ariaSnapshot({ timeout: 2_000 }).catch(() => 'not there');
    if (test.err) test.err.stack = `${test.err.stack ?? test.err.message}\n\n${text.slice(-maxLength)}`;
  }
}
