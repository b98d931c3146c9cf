import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { OutputRedactor } from '../../../src/redaction/outputRedactor.ts';
import { Redactor } from '../../../src/redaction/redactor.ts';
import { readSecrets } from '../../../src/redaction/readSecrets.ts';
import { secretValues } from '../../../src/redaction/secretValues.ts';
import { harmlessTexts, plainSecrets, shapedCanaries } from '../../support/canaries.ts';

const byShape = new Redactor([]);
const known = new Redactor(plainSecrets);
const piece = 8;

/** Whether as many characters in a row as would be told are left of a secret; what also stands in ordinary texts tells nothing. */
function leaks(text: string, secret: string): boolean {
  for (let at = 0; at + piece <= secret.length; at += 1) {
    const left = secret.slice(at, at + piece);
    if (!isOrdinary(left) && text.includes(left)) return true;
  }
  return false;
}

/** A number, a word or a run of few signs. */
function isOrdinary(text: string): boolean {
  return new Set(text).size < 5 || /^(?:\d+|[A-Z]+|[A-Z]?[a-z]+[^A-Za-z0-9]?[a-z]*)$/.test(text);
}

/** A program prints a key from its beginning to its end. */
const printed = shapedCanaries.filter(
  ([text]) => !/PRIVATE/.test(text) || (text.includes('BEGIN') && text.includes('END')),
);

describe('redaction', () => {
  it(`hides ${shapedCanaries.length} secrets by their shape`, () => {
    assert.ok(shapedCanaries.length >= 120, String(shapedCanaries.length));
    const seen = shapedCanaries.filter(([text, secret]) => byShape.text(text).includes(secret.split('\n')[0] ?? ''));
    assert.deepEqual(
      seen.map(([text]) => `${text} → ${byShape.text(text)}`),
      [],
    );
  });

  it(`leaves ${harmlessTexts.length} ordinary texts as they are`, () => {
    assert.ok(harmlessTexts.length >= 60);
    for (const redactor of [byShape, known])
      assert.deepEqual(
        harmlessTexts.map((text) => redactor.text(text)).filter((text) => !harmlessTexts.includes(text)),
        [],
      );
  });

  it('hides what is known in every way in which it is commonly written', () => {
    const ways: Readonly<Record<string, (text: string) => string>> = {
      plain: (text) => text,
      JSON: (text) => JSON.stringify(text),
      'JSON in JSON': (text) => JSON.stringify(JSON.stringify({ text })),
      'single quotes': (text) => text.replaceAll("'", "\\'"),
      URL: (text) => encodeURIComponent(text),
      form: (text) => new URLSearchParams({ text }).toString(),
      base64: (text) => Buffer.from(text).toString('base64'),
      base64url: (text) => Buffer.from(text).toString('base64url'),
      hex: (text) => Buffer.from(text).toString('hex'),
      HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
      HTML: (text) =>
        text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
      'credentials in base64': (text) => Buffer.from(`user:${text}`).toString('base64'),
      'credentials of another in base64': (text) => Buffer.from(`ab:${text}`).toString('base64'),
      colours: (text) => text.replace(/^(.{3})/s, '\u001B[31m$1\u001B[0m'),
    };
    for (const [way, write] of Object.entries(ways))
      for (const secret of plainSecrets) {
        const written = write(secret);
        const clean = known.text(`Error: got <${written}> instead`);
        const must =
          way === 'colours'
            ? secret
            : written.slice(way.includes('credentials') ? 8 : 0, way.includes('credentials') ? -4 : undefined);
        assert.ok(!clean.includes(must), `${way}: ${clean}`);
        assert.match(clean, /<secret>/, `${way}: ${clean}`);
      }
  });

  it('hides what of a random value is left where a text was cut, in front, at the end or within', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...plainSecrets.slice(-4)),
        fc.nat(),
        fc.nat(),
        fc.string(),
        (secret, start, length, other) => {
          const from = start % secret.length;
          const part = secret.slice(from, from + 10 + (length % secret.length));
          for (const text of [part, `${other} ${part}…`, `…${part} ${other}`])
            assert.ok(!leaks(known.text(text), part) || leaks(other, part), text);
        },
      ),
    ));

  it('hides what is drawn by lot and assigned to a name of a credential, but for what reads like a name by chance', () => {
    const names = ['password', 'apiKey', 'client_secret', 'AUTH_TOKEN', 'token', 'signingKey'];
    const seen = Array.from({ length: 1_000 }, (_, at) => {
      const value = randomBytes(12 + (at % 13)).toString(at % 3 === 0 ? 'hex' : at % 3 === 1 ? 'base64url' : 'base64');
      const text = byShape.text(`expected { ${names[at % names.length]}: "${value}" }`);
      return text.includes(value) ? [value] : [];
    }).flat();
    assert.ok(seen.length <= 15, `${seen.length}: ${seen.slice(0, 20).join(' ')}`);
  });

  it('gives equal texts for equal ones, and changes nothing twice', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.constantFrom(...shapedCanaries.map(([text]) => text), ...plainSecrets, ...harmlessTexts),
      fc
        .array(
          fc.constantFrom(...shapedCanaries.map(([text]) => text), ...plainSecrets, ...harmlessTexts, ' ', '\n', '"'),
          { maxLength: 4 },
        )
        .map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const once = known.text(text);
        assert.equal(new Redactor(plainSecrets).text(text), once);
        assert.equal(known.text(once), once);
      }),
      { numRuns: 1_000 },
    );
  });

  it('hides a secret beside whatever stands around it', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...shapedCanaries),
        fc.constantFrom('', ' ', '\n', '(', '"', '> ', 'x: '),
        fc.constantFrom('', ' ', '\n', ')', '"', ' <'),
        ([text, secret], before, after) => {
          assert.ok(
            !byShape.text(`${before}${text}${after}`).includes(secret.split('\n')[0] ?? ''),
            `${before}${text}${after}`,
          );
        },
      ),
      { numRuns: 1_000 },
    ));

  it('hides what a program prints, wherever the pieces of it end', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...printed.map(([text]) => text), ...plainSecrets, ...harmlessTexts), {
          maxLength: 5,
        }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (lines, sizes) => {
          const text = lines.join('\n');
          let shown = '';
          const output = new OutputRedactor(known, (one) => (shown += one));
          for (let [at, turn] = [0, 0]; at < text.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            output.add(text.slice(at, at + size));
            at += size;
          }
          output.flush();
          for (const line of lines) {
            const secret =
              shapedCanaries.find(([one]) => one === line)?.[1] ?? (plainSecrets.includes(line) ? line : undefined);
            if (secret !== undefined) assert.ok(!shown.includes(secret.split('\n')[0] ?? ''), shown);
            else assert.ok(shown.includes(line), shown);
          }
        },
      ),
      { numRuns: 300 },
    ));

  it('reads what files of credentials hold, and takes no word that stands everywhere', () => {
    const files: readonly (readonly [name: string, text: string, values: readonly string[]])[] = [
      ['.env', 'DB_PASSWORD=hunter2-x\nPORT=3000\nNODE_ENV=development\nDEBUG=true\n', ['hunter2-x']],
      ['.env.local', 'export API_KEY="abc def 123"\nEMPTY=\n# TOKEN=no\n', ['abc def 123']],
      ['.env', 'KEY_PEM="line one 1\nline two 2"\nSECRET=\'q\'\n', []],
      ['.env', 'DATABASE_URL=postgres://u:p%40ss-9x@h/db\nSITE=https://example.com\n', ['p%40ss-9x', 'p@ss-9x']],
      [
        '.npmrc',
        '//registry.example/:_authToken=0a1b2c3d-token\nregistry=https://registry.example/\n',
        ['0a1b2c3d-token'],
      ],
      ['.netrc', 'machine example.com login ada password s3cr3t-9\n', ['s3cr3t-9']],
      [
        'credentials.json',
        '{"user":"ada","client_secret":"qwe-123-rty","tokens":["tok-1-abc"]}',
        ['qwe-123-rty', 'tok-1-abc'],
      ],
      ['secrets.yaml', 'stripe:\n  apiKey: zxc-987-vbn\n  mode: test\n', ['zxc-987-vbn']],
      ['.vault-token', 'plain-token-55\n', ['plain-token-55']],
      ['.pypirc', '[pypi]\nusername = __token__\npassword = pw-under-1\n', ['pw-under-1']],
      ['.env', 'PASSWORD=postgres\nSECRET=changeme\nTOKEN=true\nAPI_KEY=12345\n', []],
    ];
    for (const [name, text, values] of files)
      assert.deepEqual(
        secretValues(readSecrets(name, text)).filter((value) => !value.includes('line')),
        values,
        name,
      );
  });

  it('never throws over what a file holds', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (text) => void new Redactor(secretValues(readSecrets('.env', text))).text(text),
      ),
    ));

  it('takes no list of folders for a secret, whatever names they have', () => {
    const path = '/tmp/q7Xk2mB9/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/bin';
    assert.deepEqual(secretValues([{ name: 'PATH', value: path }]), []);
    const text = 'jest is not installed here (node_modules/jest is missing).';
    assert.equal(new Redactor(secretValues([{ name: 'ELSEWHERE', value: path }])).text(text), text);
  });
});
