import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRedaction, leftOut } from '../../../src/agent/recording/redaction.ts';

const root = '/home/ada/shop';
const key = 'k-1234567890';
const kept = createRedaction({ root, secrets: [key], texts: 'kept' });
const hashed = createRedaction({ root, secrets: [key], texts: 'hashed' });

/** Of the usual kinds; all that are recognised are tried where that is done. Built from parts, so that no scanner takes this file for a leak. */
const examples: Readonly<Record<string, string>> = {
  'private key': ['-----BEGIN RSA PRIVATE', ' KEY-----\nMIIabc\n-----END RSA PRIVATE', ' KEY-----'].join(''),
  bearer: 'Authorization: Bearer abcdefgh12345678',
  'OpenAI or Anthropic key': ['sk', 'proj-abcdefghijklmnop1234'].join('-'),
  'GitHub token': ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_'),
  'GitLab token': ['glpat', 'abcdefghijklmnop1234'].join('-'),
  'npm token': ['npm', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_'),
  'Slack token': ['xoxb', '123456789012-abcdef'].join('-'),
  'AWS key id': ['AKIA', 'ABCDEFGHIJKLMNOP'].join(''),
  'Google key': ['AIza', 'abcdefghijklmnopqrstuvwxyz012345678'].join(''),
  'Stripe key': ['sk', 'live', 'abcdefghijklmnop1234'].join('_'),
  'JSON web token': ['eyJhbGciOiJI', 'eyJzdWIiOiIx', 'c2lnbmF0dXJl'].join('.'),
  'password in a URL': 'postgres://app:hunter2secret@db/prod',
  'assigned secret': 'const apiKey = "abcd1234efgh5678";',
};

describe('redaction of recordings', () => {
  for (const [name, text] of Object.entries(examples))
    it(`hides ${name}, wherever it stands`, () => {
      const secret = /[A-Za-z0-9]{8,}(?!.*[A-Za-z0-9]{8,})/s.exec(text)?.[0] ?? '';
      for (const value of [text, `x\n${text}\ny`]) {
        const output = JSON.stringify(kept.message({ type: 'function_call_output', output: value }));
        assert.match(output, /<secret>/);
        if (name !== 'private key') assert.ok(!output.includes(secret), output);
      }
      const call = kept.message({ type: 'function_call', arguments: JSON.stringify({ new: text }) });
      assert.match(JSON.stringify(call), /<secret>/);
      assert.doesNotThrow(() => JSON.parse((call as { arguments: string }).arguments) as unknown);
    });

  it('hides keys in use and paths outside of the workspace, and keeps those inside', () => {
    const text = `${key} at ${root}/src/a.js, /home/ada/.ssh/config, /Users/bob/x and C:\\Users\\eve\\y, not /api/users`;
    const output = kept.content(text);
    assert.equal(output, '<secret> at <workspace>/src/a.js, <path>, <path> and <path>, not /api/users');
  });

  it('leaves ordinary code as it is', () => {
    const code = 'const token = next();\nif (password.length < 8) return;\nfetch("/api/token");\nlet key = keys[0];\n';
    assert.equal(kept.content(code), code);
  });

  it('leaves no text behind when texts are left out, but the shape of a message', () => {
    const message = {
      type: 'response.output_item.done',
      item: { type: 'function_call', call_id: 'c1', name: 'read_file', arguments: '{"path":"src/secret-plan.js"}' },
    };
    const output = hashed.message(message) as typeof message;
    assert.deepEqual([output.item.call_id, output.item.name], ['c1', 'read_file']);
    assert.match((JSON.parse(output.item.arguments) as { path: string }).path, leftOut);
    assert.doesNotMatch(JSON.stringify(output), /secret-plan/);
  });

  it('shows nothing of what streams in pieces', () => {
    const event = { type: 'response.output_text.delta', delta: 'sk-abc' };
    for (const redaction of [kept, hashed]) assert.doesNotMatch(JSON.stringify(redaction.message(event)), /sk-abc/);
  });

  it('gives the same for the same, and changes nothing twice', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const redaction of [kept, hashed]) {
          const once = redaction.content(value);
          assert.deepEqual(redaction.content(structuredClone(value)), once);
          assert.deepEqual(redaction.content(once), once);
        }
      }),
    ));
});
