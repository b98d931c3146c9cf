import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

const read: ModelStep = [['read_file', { path: 'src/a.js' }]];
const edit: ModelStep = [
  ['apply_edit', { changes: [{ action: 'edit', path: 'src/a.js', edits: [{ old: '1', new: '2' }] }] }],
];

/** New for each run, so that no list of them can help; random, and one that is not. */
const secrets = {
  file: `q-${randomBytes(12).toString('base64url')}7`,
  word: 'correct-horse-9',
  url: randomBytes(9).toString('hex'),
  registry: randomBytes(20).toString('hex'),
  token: `${['gh', 'p'].join('')}_${randomBytes(18).toString('hex')}`,
  assigned: randomBytes(12).toString('base64url'),
  own: `w-${randomBytes(12).toString('hex')}`,
};

const spills = `import test from 'node:test';
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { a } from '../src/a.js';
const env = Object.fromEntries(readFileSync('.env', 'utf8').split('\\n').filter(Boolean).map((line) => line.split(/=(.*)/s)));
const registry = readFileSync('.npmrc', 'utf8');
const { token, assigned } = JSON.parse(Buffer.from('${Buffer.from(JSON.stringify({ token: secrets.token, assigned: secrets.assigned })).toString('base64')}', 'base64'));
const red = (text) => text.slice(0, 4) + '\\u001B[31m' + text.slice(4) + '\\u001B[0m';
console.log('starts with', env.SERVICE_KEY);
test('works with ' + env.SERVICE_KEY, () => {
  if (a === 2) throw new Error('file ' + JSON.stringify(env) + ' ' + Buffer.from('user:' + env.SERVICE_KEY).toString('base64') + ' ' + red(env.SERVICE_KEY));
});
test('registry', () => assert.equal(a === 2 ? registry : 'ok', 'ok'));
test('shapes', () => {
  if (a === 2) throw new Error(token + ' apiKey: "' + assigned + '" ' + encodeURIComponent(env.DATABASE_URL));
});
test('long', () => { if (a === 2) throw new Error('x'.repeat(1990) + ' ' + env.SERVICE_KEY + ' ' + token); });
test('value', () => assert.equal(a, 1));
`;

describe('what a failing test tells', function () {
  this.timeout(300_000);
  let project: CliProject | undefined;
  let server: ScriptedServer | undefined;

  afterEach(async () => {
    await endCli(project, server);
    server = undefined;
    project = undefined;
  });

  for (const how of ['--json', '--record-texts=yes'])
    it(`shows no secret to the model, on the terminal, in evidence or in a recording, and its ordinary words to all (${how})`, async () => {
      project = new CliProject({
        'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
        'src/a.js': 'export const a = 1;\n',
        'test/spills.test.js': spills,
        '.env': `SERVICE_KEY=${secrets.file}\nDB_PASSWORD=${secrets.word}\nDATABASE_URL=postgres://app:${secrets.url}@db/x\nPORT=3000\n`,
        '.npmrc': `//registry.example/:_authToken=${secrets.registry}\n`,
      });
      server = await startScriptedModel([read, edit, [['run_tests', {}]], 'Done.', 'Done.', 'Done.']);
      const files = ['--evidence', 'evidence.md', '--record', 'recording.jsonl'];
      const args = ['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl, ...files];
      const { stdout, stderr } = await project.run(how === '--json' ? [...args, how] : args, {
        WHETSTONE_API_KEY: secrets.own,
      });
      const sent = server.requests.map(({ body }) => JSON.stringify(body)).join('\n');
      assert.match(sent, /Broken|broken/);
      const evidence = project.tree.read('evidence.md');
      const recording = project.tree.read('recording.jsonl');
      for (const [where, text] of Object.entries({ sent, stdout, stderr, evidence, recording }))
        for (const [name, secret] of Object.entries(secrets)) {
          const forms = [secret, Buffer.from(secret).toString('base64').slice(3, -4), encodeURIComponent(secret)];
          assert.deepEqual(
            forms.filter((form) => text.includes(form)),
            [],
            `${name} in ${where}`,
          );
        }
      for (const text of [sent, stdout]) assert.match(text, /works with <secret>/);
      assert.match(sent, /ERR_ASSERTION/);
      assert.match(sent, /3000/);
    });
});
