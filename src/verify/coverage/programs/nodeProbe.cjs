'use strict';
// The module that every Node process of a run loads first: it has V8 count from the beginning, and at the end writes what of the workspace
// was loaded, the text that really ran, and which ranges of it were executed. Counts that the system itself can write
// (`NODE_V8_COVERAGE`) are not enough: they lack the texts of scripts that runners transform and start by themselves.
// It must never disturb the tests: where it cannot work it is silent, and what it should have seen counts as not seen.
const { createHash } = require('node:crypto');
const { existsSync, writeFileSync, renameSync } = require('node:fs');
const { join, sep } = require('node:path');
const { fileURLToPath } = require('node:url');
const threads = require('node:worker_threads');
const { WHETSTONE_COVERAGE: folder, WHETSTONE_COVERAGE_ROOT: root } = process.env;
const runnersChild = /[\\/]node_modules[\\/](vitest|tinypool|jest-worker|ava)[\\/]/;
const patienceMs = 5000;

/** Counts are told apart by test file, as often as this at most, in ms. */
const turnMs = 200;
const clock = process.hrtime.bigint.bind(process.hrtime);

let turns, takenAt;
const session = begin();
if (session !== undefined) {
  let isDone = false;
  followTurns();
  const end = () => {
    if (isDone) return;
    isDone = true;
    try {
      write(session, turns);
    } catch {}
  };
  process.on('exit', end);
  if (threads.isMainThread) {
    // Runners end their helpers by a signal, or stop their threads: both would leave no time.
    if (runnersChild.test(process.argv[1] ?? '')) endBefore('SIGTERM', end);
    askThreads();
    letHelpersWrite();
  } else answer(end);
}

/** Which test files have their turn in a process that runs several is told by what stands beside the runner, or by the runner's parent. */
function followTurns() {
  turns = [];
  takenAt = clock();
  const take = (file) => {
    if (turns.at(-1) === file) return;
    if (clock() - takenAt > BigInt(turnMs) * 1000000n) {
      try {
        write(session, turns, true);
      } catch {}
      turns = [];
      takenAt = clock();
    }
    turns.push(file);
  };
  Object.defineProperty(globalThis, Symbol.for('whetstone.testFile'), { value: take });
  if (!/[\\/]jest-worker[\\/]/.test(process.argv[1] ?? '')) return;
  process.on('message', (message) => {
    const path = Array.isArray(message) && message[2] === 'worker' ? message[3]?.[0]?.path : undefined;
    if (typeof path === 'string') take(path);
  });
}

function begin() {
  if (!folder || !root) return undefined;
  try {
    const { Session } = require('node:inspector');
    const started = new Session();
    started.connect();
    started.post('Profiler.enable');
    started.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return started;
  } catch {
    return undefined;
  }
}

function endBefore(signal, end) {
  process.once(signal, () => {
    end();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}

function channel() {
  const opened = new threads.BroadcastChannel('whetstone-coverage-' + folder);
  opened.unref();
  return opened;
}

function answer(end) {
  const { threadId } = threads;
  const asked = channel();
  asked.onmessage = ({ data }) => {
    if (data?.ask !== threadId) return;
    end();
    asked.postMessage({ done: threadId });
  };
}

function letHelpersWrite() {
  const { prototype } = require('node:child_process').ChildProcess;
  const { kill } = prototype;
  prototype.kill = function (signal) {
    const isHelper = this.spawnargs?.some((word) => runnersChild.test(word)) === true;
    if (!isHelper || signal !== 'SIGKILL' || this.exitCode !== null) return kill.call(this, signal);
    const late = setTimeout(() => kill.call(this, signal), patienceMs);
    this.once('exit', () => clearTimeout(late));
    return true;
  };
}

function askThreads() {
  const { prototype } = threads.Worker;
  const { terminate } = prototype;
  let asking;
  prototype.terminate = async function () {
    const { threadId } = this;
    if (threadId > 0) {
      asking ??= channel();
      await new Promise((resolve) => {
        const late = setTimeout(resolve, patienceMs);
        const listen = ({ data }) => data?.done === threadId && finish();
        const finish = () => {
          clearTimeout(late);
          asking.removeEventListener('message', listen);
          this.off('exit', finish);
          resolve();
        };
        asking.addEventListener('message', listen);
        this.once('exit', finish);
        asking.postMessage({ ask: threadId });
      });
    }
    return terminate.call(this);
  };
}

function pathOf(url) {
  try {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    return path.replace(/[?#].*$/, '');
  } catch {
    return '';
  }
}

function isOfWorkspace(path) {
  return path.startsWith(root + sep) && !path.slice(root.length).includes(sep + 'node_modules' + sep);
}

function ask(session, method, parameters) {
  let answer;
  session.post(method, parameters, (error, result) => {
    answer = error ? undefined : result;
  });
  return answer;
}

let written = 0;
function write(session, tests, isTurn = false) {
  const { result = [] } = ask(session, 'Profiler.takePreciseCoverage') ?? {};
  const own = result
    .map((script) => ({ ...script, path: pathOf(script.url) }))
    .filter(({ path }) => isOfWorkspace(path))
    .filter(({ functions }) => !isTurn || functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)));
  if (own.length === 0) return;
  const parsed = new Map();
  const note = ({ params }) => parsed.set(params.scriptId, params);
  session.on('Debugger.scriptParsed', note);
  session.post('Debugger.enable');
  session.off('Debugger.scriptParsed', note);
  const scripts = own.map(({ scriptId, path, functions }) => {
    const text = ask(session, 'Debugger.getScriptSource', { scriptId })?.scriptSource ?? '';
    const { startColumn = 0, sourceMapURL = '' } = parsed.get(scriptId) ?? {};
    const isInline = sourceMapURL.startsWith('data:');
    return { path, source: keep(text), startColumn, map: isInline ? 'inline' : sourceMapURL.slice(0, 4096), functions };
  });
  // Enabled it would stop where a program says so.
  session.post('Debugger.disable');
  const name = ['run', process.pid, threads.threadId, Date.now(), (written += 1)].join('-');
  put(name + '.json', JSON.stringify({ tests, scripts }));
}

function keep(text) {
  const name = 'source-' + createHash('sha256').update(text).digest('hex').slice(0, 32);
  if (!existsSync(join(folder, name))) put(name, text);
  return name;
}

function put(name, text) {
  const partial = join(folder, '.' + name + '-' + process.pid + '-' + threads.threadId);
  writeFileSync(partial, text);
  renameSync(partial, join(folder, name));
}
