import { strict as assert } from 'node:assert';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, it } from 'mocha';
import type { Inquiry } from '../../src/engine/analyst/analyst.ts';
import { ThreadAnalyst } from '../../src/engine/analyst/threadAnalyst.ts';
import { isAbortError } from '../../src/util/abort.ts';
import { engineModule } from '../support/engineClient.ts';

const never = new AbortController().signal;

function inquiry(text: string): Inquiry {
  return { path: 'a.js', text, ranges: [], intents: ['optimize'], excluded: [] };
}

/** A thread that does what the text says. */
const obedient = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ kind, inquiry }) => {
    const text = inquiry?.text ?? kind;
    if (text === 'hang') for (;;);
    if (text === 'crash') throw new Error('it broke');
    if (text === 'exit') process.exit(0);
    if (text === 'memory') { const all = []; for (;;) all.push(new Array(1e6).fill(text)); }
    parentPort.postMessage({ kind: 'survey', survey: { kind: 'surveyed', findings: [], steps: [{ id: text }] } });
  });`;

describe('engine analysis thread', function () {
  this.timeout(60_000);

  let threads = 0;
  let analyst: ThreadAnalyst | undefined;
  function start(limitMs = 10_000): ThreadAnalyst {
    threads = 0;
    analyst = new ThreadAnalyst(() => {
      threads++;
      return new Worker(obedient, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } });
    }, limitMs);
    return analyst;
  }
  afterEach(() => analyst?.close());

  async function told(asked: ThreadAnalyst, text: string, signal = never): Promise<string> {
    const survey = await asked.survey(inquiry(text), signal);
    return survey.kind === 'failed' ? `failed: ${survey.reason}` : (survey.steps[0]?.id ?? 'nothing');
  }

  it('answers each question with its own answer, in one thread', async () => {
    const asked = start();
    const texts = ['a', 'b', 'c', 'd'];
    assert.deepEqual(await Promise.all(texts.map((text) => told(asked, text))), texts);
    assert.equal(threads, 1);
  });

  it('says why a question has no answer, and answers the next one in a new thread', async () => {
    const asked = start(200);
    const answers = await Promise.all(
      ['hang', 'a', 'crash', 'b', 'exit', 'c', 'memory', 'd'].map((text) => told(asked, text)),
    );
    assert.match(answers[0] ?? '', /failed: it took longer than/);
    assert.match(answers[2] ?? '', /failed: it broke/);
    assert.match(answers[4] ?? '', /failed: the analysis ended unexpectedly/);
    assert.match(answers[6] ?? '', /failed: /);
    assert.deepEqual(
      [1, 3, 5, 7].map((index) => answers[index]),
      ['a', 'b', 'c', 'd'],
    );
  });

  it('stays responsive while the thread is busy: a wait is cancelled at once, and what waits is not begun', async () => {
    const asked = start();
    const stop = new AbortController();
    const hanging = asked.survey(inquiry('hang'), stop.signal);
    const waiting = asked.survey(inquiry('crash'), stop.signal);
    stop.abort();
    await assert.rejects(hanging, isAbortError);
    await assert.rejects(waiting, isAbortError);
    await assert.rejects(asked.survey(inquiry('a'), stop.signal), isAbortError);
    await asked.close();
    assert.equal(await told(asked, 'after'), 'after');
  });

  it('knows code in the real thread: findings, steps, and the text after some of them', async () => {
    analyst = new ThreadAnalyst(() => new Worker(engineModule));
    analyst.warm();
    const asked = inquiry(
      'export function area(width, height) {\n  var size = width * height;\n  return "area: " + size;\n}\n',
    );
    const survey = await analyst.survey(asked, never);
    assert.ok(survey.kind === 'surveyed' && survey.findings.length > 0 && survey.steps.length > 0);
    const rewrite = await analyst.rewrite(
      asked,
      survey.steps.map(({ id }) => id),
      never,
    );
    assert.ok(rewrite.kind === 'rewritten' && rewrite.applied.length > 0);
    assert.match(rewrite.text, /const size = width \* height/);
    assert.deepEqual(await analyst.rewrite(asked, [], never), { kind: 'rewritten', text: asked.text, applied: [] });
  });
});
