import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { parseRecording, type RecordingLine } from '../../src/agent/recording/lines.ts';
import { SessionRecorder } from '../../src/agent/recorder.ts';
import { Replay } from '../../src/agent/replay/replay.ts';
import { differencesOf } from '../../src/node/replayCommand.ts';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import { CliProject } from '../support/cliProcess.ts';
import { assistantSays, call, ScriptedServer, type Exchange } from '../support/scriptedServer.ts';
import { SharedFolder } from '../support/sharedFolder.ts';

const golden = resolve(import.meta.dirname, '../fixtures/recordings/embeddedEngine.jsonl');

describe('recording and replay', function () {
  this.timeout(300_000);
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  it('the client sends what it sent when the committed session was recorded', async () => {
    assert.deepEqual(await differencesOf(new Replay(linesOf(readFileSync(golden, 'utf8')))), []);
  });

  it('tells any request that is not the recorded one', () => {
    const lines = linesOf(readFileSync(golden, 'utf8'));
    const ups = lines.flatMap((line, index) => (line.kind === 'frame' && line.direction === 'up' ? [index] : []));
    return fc.assert(
      fc.asyncProperty(fc.constantFrom(...ups), fc.constantFrom(...changes), async (index, change) => {
        const changed = lines.map((line, at) => (at === index && line.kind === 'frame' ? alter(line, change) : line));
        if (isDeepStrictEqual(changed, lines)) return;
        const differences = await differencesOf(new Replay(changed));
        assert.ok(differences.length > 0, `${change} at ${index}`);
      }),
      { numRuns: 25 },
    );
  });

  it('a session with lost connections, an endpoint that forgot, and a stop is replayed as it was', async () => {
    const { text } = await recordTrouble('kept');
    const lines = linesOf(text);
    assert.ok(lines.filter((line) => line.kind === 'input').length >= 2);
    assert.ok(lines.filter(isFullRequest).length >= 4);
    assert.deepEqual(await differencesOf(new Replay(lines)), []);
  });

  it('texts can be left out, and the rest still compared', async () => {
    const { text } = await recordTrouble('hashed');
    assert.doesNotMatch(text, /Goal|double|src\/one/);
    assert.deepEqual(await differencesOf(new Replay(linesOf(text))), []);
  });

  it('the command line records, replays, and says by its exit status whether they agree', async () => {
    const project = new CliProject({
      'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
      'src/a.js': 'export function a(x) {\n  var y = x;\n  return y;\n}\n',
    });
    cleanups.push(() => project.dispose());
    const file = join(project.tree.root, '..', `${Date.now()}.jsonl`);
    const run = await project.run([
      'refactor',
      'src/a.js',
      '--goal',
      'Optimize this',
      '--record',
      file,
      '--meter',
      `${file}.csv`,
    ]);
    assert.match(run.stderr, /it will hold your goal, the code that the model reads and its answers/);
    const text = readFileSync(file, 'utf8');
    assert.ok(!text.includes(project.tree.root));
    assert.match(readFileSync(`${file}.csv`, 'utf8'), /^turn,transport,.*\r\n1,webSocket,true,/);
    const same = await project.run(['replay', file]);
    assert.equal(same.code, 0, same.stdout + same.stderr);
    writeFileSync(file, text.replaceAll('"previous_response_id":"resp_', '"previous_response_id":"other_'));
    const other = await project.run(['replay', file]);
    assert.equal(other.code, 1, other.stdout);
    assert.match(other.stdout, /Request 2: "previous_response_id" differs/);
    writeFileSync(file, '{"kind":"session"}\n');
    assert.equal((await project.run(['replay', file])).code, 64);
  });

  it('bounds what it keeps, and a recording without its beginning is not replayed', () => {
    const recorder = new SessionRecorder();
    for (let index = 0; index < 40; index++) recorder.frame('down', JSON.stringify({ text: 'x'.repeat(1024 * 1024) }));
    const text = recorder.text({ endpoint: 'e', model: 'm' }, { root: '/w', secrets: [], texts: 'kept' });
    const parsed = parseRecording(text);
    assert.ok(parsed.kind === 'recording' && parsed.header.dropped > 10 && text.length < 26 * 1024 * 1024);
  });

  it('reads any text without failing', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (parts) => {
        assert.ok(['recording', 'invalid'].includes(parseRecording(parts.join('\n')).kind));
      }),
    ));

  /** Two runs in which much goes wrong, the second stopped in its middle. */
  async function recordTrouble(texts: 'kept' | 'hashed'): Promise<{ readonly text: string }> {
    let turn = 0;
    let onStuck = (): void => {};
    const server = await ScriptedServer.start({
      script: (exchange) => {
        turn++;
        if (turn === 2 || turn === 5) return cutMidway(exchange);
        if (turn === 4) return exchange.error('previous_response_not_found', 'Gone.', 400);
        if (turn === 8) return onStuck();
        if (turn === 7 || turn === 1)
          return exchange.answer([call(`c${turn}`, 'list_files', { path: null, glob: null })]);
        if (turn === 3) return exchange.answer([call('c3', 'read_file', { path: 'src/one.js' })]);
        exchange.answer([assistantSays(`Said at double ${turn}.`, `m${turn}`)]);
      },
    });
    const folder = await SharedFolder.create({ 'src/one.js': 'export const one = 1;\n' });
    const recorder = new SessionRecorder();
    const client = new WebSocketResponsesClient({
      endpoint: server.baseUrl,
      bearer: async () => 'key',
      retry: { baseDelayMs: 1, maxDelayMs: 4 },
      onFrame: (direction, text) => recorder.frame(direction, text),
    });
    cleanups.push(
      () => folder.dispose(),
      () => server.stop(),
      () => client.close(),
    );
    const talk = folder.talk(client, { tap: recorder });
    await talk.run('look at double', 'src/one.js');
    onStuck = () => talk.stop();
    await talk.run('look again', 'src/one.js');
    const options = { root: folder.tree.root, secrets: ['key'], texts };
    return { text: recorder.text({ endpoint: 'test', model: 'test-model' }, options) };
  }
});

const changes = ['dropPrevious', 'dropItem', 'changeOutput', 'changeModel', 'addField'] as const;

function alter(line: RecordingLine & { kind: 'frame' }, change: (typeof changes)[number]): RecordingLine {
  const {
    previous_response_id: previous,
    input,
    ...rest
  } = line.message as {
    readonly previous_response_id?: string;
    readonly input: readonly object[];
  };
  const head = previous === undefined ? {} : { previous_response_id: previous };
  switch (change) {
    case 'dropPrevious':
      return { ...line, message: { ...rest, input } };
    case 'dropItem':
      return { ...line, message: { ...rest, ...head, input: input.slice(1) } };
    case 'changeOutput':
      return { ...line, message: { ...rest, ...head, input: input.map((item) => ({ ...item, output: 'other' })) } };
    case 'changeModel':
      return { ...line, message: { ...rest, ...head, input, model: 'other' } };
    case 'addField':
      return { ...line, message: { ...rest, ...head, input, temperature: 1 } };
  }
}

function isFullRequest(line: RecordingLine): boolean {
  return (
    line.kind === 'frame' && line.direction === 'up' && !JSON.stringify(line.message).includes('previous_response_id')
  );
}

function cutMidway(exchange: Exchange): void {
  exchange.created();
  exchange.text('half');
  exchange.cut();
}

function linesOf(text: string): readonly RecordingLine[] {
  const parsed = parseRecording(text);
  assert.ok(parsed.kind === 'recording', parsed.kind === 'invalid' ? parsed.reason : '');
  return parsed.lines;
}
