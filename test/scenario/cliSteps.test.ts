import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf, type CliResult } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

const source = `export function double(x) {
  var y = x * 2;
  return y;
}

export function half(x) {
  var y = x / 2;
  return y;
}

export function square(x) {
  var y = x * x;
  return y;
}
`;
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/math.js': source,
  'test/math.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { double, half, square } from '../src/math.js';
test('doubles', () => assert.equal(double(3), 6));
test('halves', () => assert.equal(half(6), 3));
test('squares', () => assert.equal(square(3), 9));
`,
};

const path = 'src/math.js';
const read: ModelStep = [['read_file', { path }]];
/** All in one turn; each is a step. */
const staging = (...steps: readonly (readonly [name: string, old: string, text: string])[]): ModelStep =>
  steps.map(([step, old, text]) => [
    'apply_edit',
    { step, changes: [{ action: 'edit', path, edits: [{ old, new: text }] }] },
  ]);

const tidyDouble = ['Inline Variable in double', '  var y = x * 2;\n  return y;', '  return x * 2;'] as const;
const tidyHalf = ['Inline Variable in half', '  var y = x / 2;\n  return y;', '  return x / 2;'] as const;
const tidySquare = ['Inline Variable in square', '  var y = x * x;\n  return y;', '  return x ** 2;'] as const;

describe('command line: steps', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await endCli(project, server);
    [server, project] = [undefined, undefined];
  });

  async function run(model: readonly ModelStep[], ...args: readonly string[]): Promise<CliResult> {
    project = new CliProject(files);
    server = await startScriptedModel(model);
    return project.run(['refactor', path, '--goal', 'tidy', '--endpoint', server.baseUrl, ...args]);
  }

  it('are verified one by one, kept with the change, listed, and undone alone while later work stays', async () => {
    const { code, stdout } = await run(
      [read, staging(tidyDouble, tidyHalf, tidySquare), 'Done.'],
      ...['--apply', 'verified', '--evidence', 'evidence.md'],
    );
    assert.equal(code, 0);
    assert.match(stdout, /\n3 steps\n {2}1\. Inline Variable in double \(\+1 -2\)\n/);
    for (const number of [1, 2, 3]) assert.match(stdout, new RegExp(`^ {2}step ${number}: PRESERVED$`, 'm'));
    const tree = project?.tree;
    assert.ok(tree !== undefined && project !== undefined);
    assert.match(
      tree.read('evidence.md'),
      /\| 2 \| Inline Variable in half \| src\/math\.js \| \+1 −2 \| PRESERVED \|/,
    );

    const listed = await project.run(['undo', '--list']);
    assert.equal(
      listed.stdout.replace(/, applied .*/, ''),
      '“tidy” in src/math.js\n  1. Inline Variable in double (src/math.js)\n  2. Inline Variable in half (src/math.js)\n  3. Inline Variable in square (src/math.js)\n',
    );
    const later = `${tree.read(path)}// Written since.\n`;
    tree.write(path, later);
    const undone = await project.run(['undo', '--step', '2', '--test', '["npm","test"]']);
    assert.equal(undone.code, 0, undone.stdout);
    assert.match(undone.stdout, /^Verdict: PRESERVED$/m);
    assert.match(undone.stdout, /^Undone: step 2 “Inline Variable in half” in src\/math\.js$/m);
    assert.equal(tree.read(path), later.replace(tidyHalf[2], tidyHalf[1]));
    assert.match(
      (await project.run(['undo', '--list'])).stdout,
      /2\. Inline Variable in half \(src\/math\.js\), undone/,
    );
    assert.equal((await project.run(['undo'])).code, 0);
    assert.equal(tree.read(path), later);
    assert.equal((await project.run(['undo', '--step', '9'])).code, 64);
  });

  it('that break something are taken out, and the model is told which and why', async () => {
    const wrong = ['Inline Variable in half', tidyHalf[1], '  return x / 3;'] as const;
    const { code, stdout } = await run([read, staging(tidyDouble, wrong, tidySquare), 'Done.', 'Fine.'], '--json');
    assert.equal(code, 0);
    const review = eventsOf(stdout).find(({ kind }) => kind === 'reviewStarted');
    const names = (review?.['steps'] as readonly { readonly name: string }[]).map(({ name }) => name);
    assert.deepEqual(names, ['Inline Variable in double', 'Inline Variable in square']);
    const sent = JSON.stringify(server?.requests);
    assert.match(sent, /Taken out:\\+n- step 2 “Inline Variable in half”/);
  });

  it('are not verified alone without time for it', async () => {
    const { stdout } = await run([read, staging(tidyDouble, tidyHalf), 'Done.'], '--json', '--step-time', '0');
    const verified = eventsOf(stdout).filter(({ kind }) => kind === 'stepVerified');
    assert.deepEqual(
      verified.map((event) => (event['verdict'] as { readonly kind: string }).kind),
      ['preserved', 'notVerified'],
    );
  });
});
