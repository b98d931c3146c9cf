import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { startCodeServer } from '../../dev/codeServer.ts';
import { ensureCodeServer } from '../../dev/installCodeServer.ts';
import { installExtension } from '../../dev/installExtension.ts';
import { root } from '../../dev/paths.ts';
import { copySample } from '../../dev/sampleCopy.ts';
import { findBrowser } from '../../dev/systemPackages.ts';
import { launchBrowser, windowUrl } from '../../dev/webWindow.ts';
import { until } from './until.ts';

export interface WindowOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isTrusted: boolean;
  /** Opened at the start, at a one-based line. */
  readonly file?: { readonly path: string; readonly line: number };
  /** Absolute; a copy of it is opened instead of one of the sample. */
  readonly project?: string;
  /** Added to what the extension host sees of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes the fresh copy of the sample before it is opened. */
  readonly prepare?: (workspace: string) => Promise<void>;
}

/** A VS Code with the packaged extension on a fresh copy of the sample, seen and used from outside. */
export interface EditorWindow {
  readonly page: Page;
  /** Absolute. */
  readonly workspace: string;
  /** The chat in the sidebar; its view must be open. */
  readonly chat: FrameLocator;
  /** Of a file in the workspace, as it is on disk now. */
  read(path: string): Promise<string>;
  /** Runs a command as a person would: by its title in the palette. */
  runCommand(title: string): Promise<void>;
  /** Changes settings of the user, beside those that it was opened with. */
  configure(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the window without a word to its host, which goes on for a while, and opens it again. */
  crash(): Promise<void>;
  /** Into out/screenshots/NAME.png. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the window; resolves once the editor is ready for a person. */
export async function openEditorWindow(options: WindowOptions, signal: AbortSignal): Promise<EditorWindow> {
  const browserPath = findBrowser();
  if (browserPath === undefined) throw new Error('No Chromium was found on PATH.');
  const copy = await copySample(options.settings, options.project);
  await options.prepare?.(copy.workspace);
  const entry = await ensureCodeServer(() => {}, signal);
  await installExtension(entry, copy, signal);
  const { userData, extensions, workspace } = copy;
  const server = await startCodeServer(
    { entry, userData, extensions, isTrusted: options.isTrusted, runsTests: false, env: options.env ?? {} },
    signal,
  );
  const browser = await launchBrowser(browserPath);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  // Everything takes many times as long on a machine that is busy otherwise.
  context.setDefaultTimeout(120_000);
  const file = options.file && { path: join(workspace, options.file.path), line: options.file.line };
  const address = windowUrl(server.origin, { folder: workspace, ...(file && { file }) });
  const show = async (): Promise<Page> => {
    const shown = await context.newPage();
    await shown.goto(address);
    await shown.locator('.monaco-workbench .activitybar').waitFor();
    return shown;
  };
  let page = await show();
  return {
    get page() {
      return page;
    },
    workspace,
    get chat() {
      return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
    },
    read: (path) => readFile(join(workspace, path), 'utf8'),
    runCommand: (title) => runCommand(page, title),
    configure: (settings) =>
      configure(page, join(userData, 'User/settings.json'), { ...options.settings, ...settings }),
    crash: async () => {
      const crashed = page.waitForEvent('crash');
      await page.goto('chrome://crash').catch(() => undefined);
      await crashed;
      await page.close();
      page = await show();
    },
    screenshot: async (name) => {
      await mkdir(join(root, 'out/screenshots'), { recursive: true });
      await page.screenshot({ path: join(root, 'out/screenshots', `${name}.png`) });
    },
    close: async () => {
      await browser.close();
      server.stop();
      await copy.remove();
    },
  };
}

/** In the editor, since nothing watches the file; it opens over everything else. Resolves once the window goes by the new ones. */
async function configure(page: Page, path: string, settings: object): Promise<void> {
  const title = `Configured ${randomUUID()}`;
  const wanted = JSON.stringify({ ...settings, 'window.title': title });
  await runCommand(page, 'Preferences: Open User Settings (JSON)');
  const text = page.locator('.view-line', { hasText: 'telemetry.telemetryLevel' }).first();
  await text.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(wanted);
  // The editor closes quotes and brackets of what is typed.
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+S');
  await until(async () => (await readFile(path, 'utf8')) === wanted, 'the settings are saved');
  // What a setting changes on screen shows that it is known, and everything that is sent to extensions later comes after it.
  await until(async () => (await page.title()).includes(title), 'the settings are in force');
  // What the editor suggests takes an Escape of its own.
  const isClosed = async (): Promise<boolean> => {
    await page.keyboard.press('Escape');
    return !(await text.isVisible());
  };
  await until(isClosed, 'the settings are closed');
}

async function runCommand(page: Page, title: string): Promise<void> {
  await page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  // A dialog gives the focus back a moment after it is gone, which closes the palette: a person opens it again, too.
  const isListed = async (): Promise<boolean> => {
    await page.keyboard.press('F1');
    try {
      await page.locator('.quick-input-widget input').fill(`>${title}`, { timeout: 2_000 });
      await row.waitFor({ timeout: 5_000 });
      return true;
    } catch {
      return false;
    }
  };
  await until(isListed, `the palette lists “${title}”`);
  await row.click();
}
