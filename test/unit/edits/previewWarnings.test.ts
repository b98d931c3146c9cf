import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { previewWarnings } from '../../../src/edits/previewWarnings.ts';
import { createProposal, type EncodedText } from '../../../src/edits/proposal.ts';

const plain = (text: string): EncodedText => ({ text, hasBom: false });
const created = (path: string, text: string): readonly string[] =>
  previewWarnings(createProposal([{ kind: 'create', path, after: plain(text) }]));

describe('preview warnings', () => {
  it('name a remote schema that a change brings in, however it is written', () => {
    for (const text of [
      '{"$schema": "https://evil.example/?q=1"}',
      '{ "\\u0024schema" :\n"HTTPS://evil.example/?q=1" }',
      '{"a": {"$ref": "//evil.example/?q=1"}, // a comment\n}',
    ])
      assert.match(created('conf/a.json', text).join(), /conf\/a\.json gains a remote \$schema.*evil\.example/i, text);
  });

  it('say nothing of local schemas, of what was there before, and of other files', () => {
    assert.deepEqual(created('a.json', '{"$schema": "./schema.json", "$ref": "#/a", "url": "https://x.example"}'), []);
    assert.deepEqual(created('a.ts', 'const a = {"$schema": "https://x.example"};'), []);
    const before = plain('{"$schema": "https://x.example", "a": 1}');
    const after = plain('{"$schema": "https://x.example", "a": 2}');
    assert.deepEqual(previewWarnings(createProposal([{ kind: 'edit', path: 'a.json', before, after }])), []);
  });

  it('name hidden characters too', () => assert.match(created('a.js', 'a\u202Eb').join(), /bidirectional/));
});
