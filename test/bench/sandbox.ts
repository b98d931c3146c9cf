/**
 * `npm run bench:sandbox [-- RUNS]`: scripts that try to get out of the sandbox, each one without it, where it must work, and in it, where it must
 * not; as root and as an ordinary user. Then what the sandbox costs a run, paired. Fails when one gets out, or when one shows nothing.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '../../src/util/parseJson.ts';
import { noSandbox, systemSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { attempt } from '../support/escapes/attempt.ts';
import { escapes } from '../support/escapes/catalogue.ts';
import { leftOpen, type Escape } from '../support/escapes/escape.ts';
import { EscapeGround } from '../support/escapes/ground.ts';
import { tableText } from './table.ts';

/** A user that owns nothing. */
const ordinary = 65_534;

interface Result {
  readonly name: string;
  readonly group: Escape['group'];
  readonly isOutWithout: boolean;
  readonly isOut: boolean;
}

if (process.argv[2] === 'as-user') process.stdout.write(JSON.stringify(await tryAll()));
else process.exitCode = await main(Number(process.argv[2] ?? 25));

async function main(runs: number): Promise<number> {
  const { state } = await systemSandbox();
  if (state.kind === 'none') {
    console.log(`Not run here: ${state.reason}.`);
    return 0;
  }
  const users = process.getuid?.() === 0 ? [0, ordinary] : [process.getuid?.() ?? 0];
  let wrong = 0;
  for (const user of users) {
    const results = await asUser(user);
    const who = user === 0 ? 'root' : `an ordinary user (${user})`;
    console.log(
      `\nEscapes as ${who}\n\n${tableText([['class', 'tried', 'work without it', 'held'], ...rows(results)])}`,
    );
    for (const one of results.filter(({ isOut }) => isOut)) console.log(`OUT: ${one.group}: ${one.name}`);
    const mute = results.filter(({ isOutWithout }) => !isOutWithout);
    for (const one of mute)
      console.log(`shows nothing here, since it does not work without the sandbox either: ${one.group}: ${one.name}`);
    wrong += results.filter(({ isOut }) => isOut).length;
  }
  await printCost(runs);
  return wrong === 0 ? 0 : 1;
}

function rows(results: readonly Result[]): string[][] {
  const row = (name: string, of: readonly Result[]): string[] => {
    const shown = of.filter(({ isOutWithout }) => isOutWithout).length;
    return [name, String(of.length), String(shown), String(of.filter(({ isOut }) => !isOut).length)];
  };
  const groups = [...new Set(results.map(({ group }) => group))];
  return [
    ...groups.map((group) =>
      row(
        group,
        results.filter((one) => one.group === group),
      ),
    ),
    row('all', results),
  ];
}

/** In a process of that user, with a file of ours left open to it. */
async function asUser(user: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-escapes-'));
  const file = openSync(join(folder, 'nothing'), 'w');
  try {
    const stdio: ('ignore' | 'pipe' | 'inherit' | number)[] = ['ignore', 'pipe', 'inherit'];
    for (let at = stdio.length; at < leftOpen; at += 1) stdio.push('ignore');
    const child = spawn(process.execPath, [import.meta.filename, 'as-user'], {
      ...(user === process.getuid?.() ? {} : { uid: user, gid: user }),
      stdio: [...stdio, file],
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: '/tmp' },
    });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await new Promise((resolve) => child.once('close', resolve));
    return parseJson(text) as readonly Result[];
  } finally {
    closeSync(file);
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryAll(): Promise<readonly Result[]> {
  const sandbox = await systemSandbox();
  if (sandbox.state.kind === 'none') throw new Error(`No sandbox as this user: ${sandbox.state.reason}`);
  const bare = noSandbox('it is compared with');
  const isRoot = process.getuid?.() === 0;
  const ground = await EscapeGround.lay();
  const results: Result[] = [];
  try {
    for (const escape of escapes.filter(({ needsRoot }) => isRoot || needsRoot !== true)) {
      const isOut = await attempt(escape, ground, sandbox);
      const isOutWithout = await attempt(escape, ground, bare);
      results.push({ name: escape.name, group: escape.group, isOutWithout, isOut });
    }
  } finally {
    ground.dispose();
  }
  return results;
}

async function printCost(runs: number): Promise<void> {
  const sandbox = await systemSandbox();
  const bare = noSandbox('it is compared with');
  const folder = await mkdtemp(join(tmpdir(), 'whetstone-cost-'));
  const test = `const t = require('node:test'); for (let i = 0; i < 20; i += 1) t('t' + i, () => {});`;
  const cases: readonly (readonly [string, readonly [string, ...string[]]])[] = [
    ['true', ['true']],
    ['20 tests of node:test', [process.execPath, '-e', test]],
  ];
  const table = [['a run of', 'without, ms', 'with, ms', 'ratio', 'pairs']];
  try {
    for (const [name, argv] of cases) {
      const pairs: (readonly [number, number])[] = [];
      for (let index = 0; index <= runs; index += 1) {
        // In turns, and each first as often: the load of the machine meets both.
        const [first, second] = index % 2 === 0 ? [bare, sandbox] : [sandbox, bare];
        const times = [await time(first, argv, folder), await time(second, argv, folder)] as const;
        if (index > 0) pairs.push(index % 2 === 0 ? times : [times[1], times[0]]);
      }
      const ms = (at: 0 | 1): string => median(pairs.map((pair) => pair[at])).toFixed(0);
      const ratio = median(pairs.map(([without, within]) => within / without)).toFixed(2);
      table.push([name, ms(0), ms(1), ratio, String(pairs.length)]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\nCost of the sandbox, medians\n\n${tableText(table)}`);
}

async function time(sandbox: Sandbox, argv: readonly [string, ...string[]], folder: string): Promise<number> {
  const startedAt = performance.now();
  const request = { argv, cwd: folder, env: process.env, timeoutMs: 60_000, maxOutputBytes: 4_096 };
  await sandbox.run(request, { writable: [folder] }, new AbortController().signal);
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
