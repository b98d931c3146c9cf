import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { isCredentialName } from '../../../src/redaction/credentialNames.ts';

const child = join(import.meta.dirname, '../../support/environmentChild.ts');

interface Told {
  readonly before: Readonly<Record<string, string>>;
  readonly isDone: boolean;
  readonly after: Readonly<Record<string, string>>;
  readonly shown: string;
  readonly handedOn: string;
  readonly removed: boolean;
}

describe('the environment of our own process', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('shows no credential to others, and is the same for itself and for what it hands on', () => {
    const secrets = {
      MY_TOKEN: 'alpha-one',
      OPENAI_API_KEY: 'sk-bravo two = three',
      SOME_SECRET: 'ünïcode-ß',
      DB: 'postgres://me:charlie@host/db',
      LONG_PASSWORD: 'x'.repeat(100_000),
      A_KEY: 'k',
    };
    const plain = { EMPTY_TOKEN: '', PLAIN: 'delta', 'odd.name': 'e=f', PATH: process.env['PATH'] ?? '', HOME: '/h' };
    const { stdout, stderr, status } = spawnSync(process.execPath, [child], {
      env: { ...secrets, ...plain },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const told = JSON.parse(stdout) as Told;
    assert.ok(told.isDone);
    assert.deepEqual(told.after, told.before);
    const shown = new Map(
      told.shown.split('\0').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    for (const name of Object.keys(secrets)) assert.equal(shown.get(name), '', name);
    for (const [name, value] of Object.entries(plain)) assert.equal(shown.get(name), value, name);
    for (const [name, value] of Object.entries({ ...secrets, ...plain }))
      assert.ok(told.handedOn.split('\0').includes(`${name}=${value}`), name);
    assert.ok(told.removed);
  });

  it('knows what holds a credential by its name', () => {
    const secret =
      'WHETSTONE_API_KEY OPENAI_API_KEY GITHUB_TOKEN GH_PAT AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN NPM_TOKEN ' +
      'PGPASSWORD MYSQL_PWD REDISCLI_AUTH SENTRY_DSN npm_config__auth npm_config_//registry.example/:_authToken apiKey clientSecret ' +
      'DB_PASS SSHPASS VAULT_TOKEN TWILIO_AUTH_TOKEN JWT SESSION_COOKIE AZURE_STORAGE_CONNECTION_STRING HF_TOKEN STRIPE_KEY private-key';
    const harmless =
      'PATH HOME PWD OLDPWD SSH_AUTH_SOCK XAUTHORITY GIT_ASKPASS SSH_ASKPASS LANG TERM KEYBOARD MONKEY TOKENIZERS_PARALLELISM NODE_ENV ' +
      'COMPASS BYPASS_CACHE AUTHOR GIT_AUTHOR_NAME SSH_PUBLIC_KEY KEY_SIZE CI SHELL USER DISPLAY EDITOR HOSTNAME PATTERN';
    assert.deepEqual(
      secret.split(' ').filter((name) => !isCredentialName(name)),
      [],
    );
    assert.deepEqual(
      harmless.split(' ').filter((name) => isCredentialName(name)),
      [],
    );
  });
});
