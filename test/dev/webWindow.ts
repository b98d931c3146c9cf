import { chromium, type Browser, type Page } from 'playwright-core';
import { Deferred } from '../../src/util/deferred.ts';

export interface WindowContent {
  /** Absolute; absent for a window without a folder. */
  readonly folder?: string | undefined;
  /** Absolute; opened at a one-based line. */
  readonly file?: { readonly path: string; readonly line: number };
  /** Absolute folders of an extension under development and of the module that tests it. */
  readonly development?: { readonly extension: string; readonly tests?: string };
}

/** The address that opens such a window on a web build of VS Code. */
export function windowUrl(origin: string, content: WindowContent): string {
  const remote = (path: string): string => `vscode-remote://${new URL(origin).host}${path}`;
  const payload: [string, string][] = [['skipWelcome', 'true']];
  if (content.file) {
    payload.push(['openFile', remote(`${content.file.path}:${content.file.line}`)], ['gotoLineMode', 'true']);
  }
  if (content.development) {
    payload.push(['extensionDevelopmentPath', remote(content.development.extension)]);
    if (content.development.tests !== undefined)
      payload.push(['extensionTestsPath', remote(content.development.tests)]);
  }
  const url = new URL(origin);
  if (content.folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', content.folder);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** A browser without a window of its own; closed by its `close()` or by the end of this process. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: browserArguments() });
}

/** Opens the window and runs the tests in it; resolves with the code of `run()`: 0 or 1. `say` sees what the host logs. */
export async function runTestsInWindow(page: Page, url: string, say: (line: string) => void): Promise<number> {
  const exit = new Deferred<number>();
  await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) =>
    say(`[${type}] ${args.map(String).join(' ')}`),
  );
  await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
  page.once('crash', () => exit.reject(new Error('The browser page crashed.')));
  await page.goto(url);
  return exit.promise;
}

function browserArguments(): string[] {
  const quiet = ['--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'];
  const noSetUp = ['--disable-component-update', '--disable-sync', '--no-first-run'];
  // Chromium's own sandbox refuses to run as root.
  return [...quiet, ...noSetUp, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
}
