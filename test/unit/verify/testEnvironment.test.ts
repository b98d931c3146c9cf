import { strict as assert } from 'node:assert';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findNode, testEnvironment, type Host } from '../../../src/verify/programs/testEnvironment.ts';
import type { TestPlan, TestStep } from '../../../src/runners/testPlan.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const step: TestStep = { runner: 'mocha', argv: [], env: { A: 'step' }, cwd: '' };
const plan: TestPlan = {
  steps: [step],
  origin: '',
  script: '',
  configured: undefined,
  notes: [],
  packageEnv: { npm_package_name: 'p' },
};

describe('findNode', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.dispose());

  function program(path: string): string {
    const file = folder.write(path, '');
    chmodSync(file, 0o755);
    return file;
  }

  it('takes the Node that the project depends on, then its own', () => {
    const host: Host = { execPath: '/own/node', isElectron: false, env: {} };
    assert.deepEqual(findNode(folder.path, host), { path: '/own/node', env: {} });
    const own = program('node_modules/.bin/node');
    assert.deepEqual(findNode(folder.path, host), { path: own, env: {} });
  });

  it('takes the Node on PATH in a desktop editor, and the editor itself only when there is none', () => {
    const host = (path: string): Host => ({ execPath: '/editor', isElectron: true, env: { PATH: path } });
    folder.write('plain/node', 'not executable');
    const found = program('bin/node');
    const path = `${join(folder.path, 'none')}:${join(folder.path, 'plain')}:${join(folder.path, 'bin')}`;
    assert.deepEqual(findNode(folder.path, host(path)), { path: found, env: {} });
    assert.deepEqual(findNode(folder.path, host('')), { path: '/editor', env: { ELECTRON_RUN_AS_NODE: '1' } });
  });
});

describe('testEnvironment', () => {
  const place = { dir: '/copy', cwd: '/copy/packages/a', temp: '/t' };
  const node = { path: '/nodes/24/node', env: {} };

  it('searches programs of the project first, from the package up, then those of the Node in use', () => {
    const { PATH } = testEnvironment(
      { execPath: '', isElectron: false, env: { PATH: '/usr/bin' } },
      plan,
      step,
      place,
      node,
    );
    const expected = [
      ...['/copy/packages/a', '/copy/packages', '/copy'].map((dir) => `${dir}/node_modules/.bin`),
      '/nodes/24',
      '/usr/bin',
    ];
    assert.deepEqual(PATH?.split(':'), expected);
  });

  it('keeps what is known to be harmless, or let through by name, and lets the script have the last word', () => {
    const env = {
      HOME: '/h',
      A: 'host',
      DATABASE_URL: 'postgres://me:secret@h/db',
      NODE_ENV: 'x',
      Whetstone_Api_Key: 'k',
      NODE_TEST_CONTEXT: 'child',
      VITEST: 'true',
    };
    const letThrough = ['DATABASE_URL', 'Whetstone_Api_Key'];
    const made = testEnvironment({ execPath: '', isElectron: false, env, letThrough }, plan, step, place, node);
    assert.equal(made['DATABASE_URL'], env.DATABASE_URL);
    const { HOME, A, NODE_ENV, CI, npm_package_name: name, TMPDIR } = made;
    assert.deepEqual(
      { HOME, A, NODE_ENV, CI, name, TMPDIR },
      { HOME: '/h', A: 'step', NODE_ENV: 'x', CI: 'true', name: 'p', TMPDIR: '/t' },
    );
    for (const gone of ['Whetstone_Api_Key', 'NODE_TEST_CONTEXT', 'VITEST']) assert.equal(made[gone], undefined);
  });

  it('does not name a long folder for temporary files, in which no socket would fit', () => {
    const long = { ...place, temp: `/${'x'.repeat(80)}` };
    const made = testEnvironment({ execPath: '', isElectron: false, env: { TMPDIR: '/user' } }, plan, step, long, node);
    assert.equal(made['TMPDIR'], '/user');
  });
});
