#!/usr/bin/env node
/**
 * Stands in for the executable of VS Code that `@vscode/test-electron` starts: it takes the same flags, and ends with 0
 * when the tests passed. It starts the desktop build named by WHETSTONE_DESKTOP, or else the web build in a browser.
 * With WHETSTONE_KEEP_TRUST=1 the window is not trusted although test-electron always asks for that.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCodeServer } from './codeServer.ts';
import { endWithParent } from './endWithParent.ts';
import { ensureCodeServer } from './installCodeServer.ts';
import { findBrowser } from './systemPackages.ts';
import { launchBrowser, runTestsInWindow, windowUrl } from './webWindow.ts';

const keepsTrust = process.env['WHETSTONE_KEEP_TRUST'] === '1';
const desktop = process.env['WHETSTONE_DESKTOP'] ?? '';

endWithParent();
process.exitCode = desktop === '' ? await runInBrowser() : await runOnDesktop(desktop);
// Pipes to a browser that is going away must not hold this process.
process.exit();

function runOnDesktop(executable: string): Promise<number> {
  const args = process.argv.slice(2).filter((arg) => !(keepsTrust && arg === '--disable-workspace-trust'));
  const child = spawn(executable, args, { stdio: 'inherit' });
  process.on('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runInBrowser(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    strict: false,
    allowPositionals: true,
    options: {
      extensionTestsPath: { type: 'string' },
      extensionDevelopmentPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
      'extensions-dir': { type: 'string' },
    },
  });
  const [folder] = positionals;
  const userData = text(values['user-data-dir']);
  const say = (line: string): void => console.error(line);
  const browserPath = findBrowser();
  if (browserPath === undefined) throw new Error('No Chromium was found on PATH.');
  const signal = new AbortController().signal;
  const server = await startCodeServer(
    {
      entry: await ensureCodeServer(say, signal),
      userData,
      extensions: text(values['extensions-dir']) || join(userData, 'extensions'),
      isTrusted: !keepsTrust,
      runsTests: true,
    },
    signal,
  );
  const browser = await launchBrowser(browserPath);
  const extension = text(values['extensionDevelopmentPath']);
  const tests = text(values['extensionTestsPath']);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const url = windowUrl(server.origin, { folder, development: { extension, tests } });
  const code = await runTestsInWindow(page, url, say);
  await browser.close();
  server.stop();
  return code;
}

function text(value: string | boolean | undefined): string {
  return typeof value === 'string' ? value : '';
}
