import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Terminal } from '../../../src/node/terminal.ts';
import { TerminalApprovals, type TerminalApprovalsOptions } from '../../../src/node/terminalApprovals.ts';
import type { CommandLine } from '../../../src/workspace/approvals.ts';

const command: CommandLine = { argv: ['npm', 'test', 'a b'], cwd: '', origin: 'package.json, script "test"' };
const { signal } = new AbortController();

/** A terminal whose person gives the answers one by one, each when a question stands there. */
class TypedTerminal implements Terminal {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly messages = new PassThrough();
  readonly isInteractive: boolean;
  readonly hasColours = false;
  readonly isRewritable = false;
  readonly interrupt = (): void => {};
  shown = '';
  questions = 0;

  constructor(isInteractive: boolean, answers: readonly (string | null)[]) {
    this.isInteractive = isInteractive;
    const left = [...answers];
    this.messages.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      if (!text.includes('[y/N')) return;
      this.questions += 1;
      const answer = left.shift() ?? null;
      if (answer === null) this.input.end();
      else this.input.write(`${answer}\n`);
    });
  }
}

describe('approvals at the terminal', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whetstone-approvals-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function approvals(terminal: Terminal, more: Partial<TerminalApprovalsOptions> = {}): TerminalApprovals {
    const options = { terminal, root: '/w', folder: join(folder, 'confirmed'), ownCommand: undefined };
    return new TerminalApprovals({ ...options, allowsTestEdits: false, allowsInPlace: false, ...more });
  }

  it('without a person shows the command in full and goes on', async () => {
    const terminal = new TypedTerminal(false, []);
    assert.equal(await approvals(terminal).confirmCommand(command, 'mocha --exit', signal), true);
    assert.equal(terminal.shown, 'Command (package.json, script "test"):\n  npm test "a b"\n    mocha --exit\n');
    assert.equal(terminal.questions, 0);
  });

  it('shows the script and the variables that come with a command', async () => {
    const terminal = new TypedTerminal(false, []);
    const content = JSON.stringify({
      argv: command.argv,
      cwd: '',
      env: { CI: '1' },
      script: 'test: mocha\npretest: x',
    });
    await approvals(terminal).confirmCommand(command, content, signal);
    const lines = terminal.shown.split('\n').slice(2, -1);
    assert.deepEqual(lines, ['    env: {"CI":"1"}', '    script: test: mocha', '    pretest: x']);
  });

  it('asks once per content and remembers a yes for later processes', async () => {
    const terminal = new TypedTerminal(true, ['y']);
    const first = approvals(terminal);
    const both = [first.confirmCommand(command, 'mocha', signal), first.confirmCommand(command, 'mocha', signal)];
    assert.deepEqual(await Promise.all(both), [true, true]);
    assert.equal(await approvals(terminal).confirmCommand(command, 'mocha', signal), true);
    assert.equal(terminal.questions, 1);
  });

  it('asks again when anything of it changed', async () => {
    const terminal = new TypedTerminal(true, ['y', 'y', 'y', 'y', 'y']);
    await approvals(terminal).confirmCommand(command, 'mocha', signal);
    await approvals(terminal).confirmCommand(command, 'mocha; rm', signal);
    await approvals(terminal).confirmCommand({ ...command, argv: ['npm', 'test'] }, 'mocha', signal);
    await approvals(terminal).confirmCommand({ ...command, cwd: 'x' }, 'mocha', signal);
    await approvals(terminal, { root: '/other' }).confirmCommand(command, 'mocha', signal);
    assert.equal(terminal.questions, 5);
  });

  it('takes everything but yes, and the end of the input, for no, and does not keep it', async () => {
    for (const answer of ['', 'n', 'yep', null]) {
      const terminal = new TypedTerminal(true, [answer]);
      assert.equal(await approvals(terminal).confirmCommand(command, 'mocha', signal), false, String(answer));
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  it('asks once for all that come together, of which the tests alone may be allowed', async () => {
    const types: CommandLine = { argv: ['node', 'tsc'], cwd: '', origin: 'TypeScript', purpose: 'types' };
    const both = [
      { command, content: 'mocha' },
      { command: types, content: '' },
    ];
    const terminal = new TypedTerminal(true, ['t', 'y']);
    const first = approvals(terminal);
    assert.deepEqual(await first.confirmCommands(both, signal), [true, false]);
    assert.equal(await first.confirmCommand(types, '', signal), false, 'not asked for again');
    assert.equal(terminal.questions, 1);
    assert.match(terminal.shown, /npm test "a b"[^]*node tsc[^]*Run these commands\? \[y\/N, t for the tests alone\]/);
    assert.deepEqual(await approvals(terminal).confirmCommands(both, signal), [true, true]);
    const silent = new TypedTerminal(true, []);
    assert.deepEqual(await approvals(silent).confirmCommands(both, signal), [true, true]);
    assert.equal(silent.questions, 0);
  });

  it('does not ask for the command that the user typed, and for no other', async () => {
    const terminal = new TypedTerminal(true, ['n']);
    const own = approvals(terminal, { ownCommand: command.argv });
    assert.equal(await own.confirmCommand(command, '', signal), true);
    assert.equal(await own.confirmCommand({ ...command, argv: ['npm', 'test'] }, '', signal), false);
    assert.equal(terminal.questions, 1);
  });

  it('stops asking when the run is cancelled', async () => {
    const controller = new AbortController();
    const terminal = new TypedTerminal(true, []);
    terminal.messages.removeAllListeners('data').on('data', () => controller.abort());
    const error: unknown = await approvals(terminal)
      .confirmCommand(command, 'mocha', controller.signal)
      .then(undefined, (reason: unknown) => reason);
    assert.equal(error instanceof Error && error.name, 'AbortError');
  });

  it('shows hidden characters of a command', async () => {
    const terminal = new TypedTerminal(false, []);
    await approvals(terminal).confirmCommand({ ...command, argv: ['a\u001b[2J', '\u202etset'] }, '', signal);
    assert.ok(!/[\u001b\u202e]/.test(terminal.shown), JSON.stringify(terminal.shown));
  });
});
