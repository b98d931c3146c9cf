import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readEndpoint } from '../../../src/node/endpointAddress.ts';
import { stateFolder } from '../../../src/node/stateFolder.ts';
import { findWorkspaceRoot } from '../../../src/node/workspaceRoot.ts';

describe('workspace root', () => {
  let folder = '';

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'whetstone-root-')));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text = ''): string {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return join(folder, path);
  }

  it('is the nearest folder with a package.json', () => {
    write('package.json', '{}');
    write('inner/package.json', '{}');
    const file = write('inner/src/a.js');
    assert.equal(findWorkspaceRoot(file), join(folder, 'inner'));
    assert.equal(findWorkspaceRoot(join(folder, 'inner')), join(folder, 'inner'));
  });

  it('is the git repository when it is nearer; a worktree has a .git file', () => {
    write('package.json', '{}');
    write('inner/.git', 'gitdir: x');
    assert.equal(findWorkspaceRoot(write('inner/src/a.js')), join(folder, 'inner'));
  });

  it('is the folder that declares the workspaces, for a member', () => {
    write('package.json', '{"workspaces":["packages/*"]}');
    write('packages/x/package.json', '{}');
    assert.equal(findWorkspaceRoot(write('packages/x/a.js')), folder);
  });

  it('does not look for workspaces beyond the repository', () => {
    write('package.json', '{"workspaces":["*"]}');
    write('repo/.git/HEAD');
    write('repo/x/package.json', '{}');
    assert.equal(findWorkspaceRoot(write('repo/x/a.js')), join(folder, 'repo/x'));
  });

  it('does not mind a package.json that is no JSON', () => {
    write('package.json', '{');
    assert.equal(findWorkspaceRoot(write('src/a.js')), folder);
  });
});

describe('state folder', () => {
  it('follows the platform', () => {
    assert.equal(stateFolder({ XDG_STATE_HOME: '/x' }, 'linux'), '/x/whetstone');
    assert.ok(stateFolder({ XDG_STATE_HOME: 'relative' }, 'linux').endsWith('/.local/state/whetstone'));
    assert.equal(stateFolder({ LOCALAPPDATA: '/local' }, 'win32'), join('/local', 'whetstone'));
  });
});

describe('endpoint of the command line', () => {
  it('needs a key off this machine, and https', () => {
    assert.deepEqual(readEndpoint('https://api.example.com/v1', ' k '), {
      ok: true,
      baseUrl: 'https://api.example.com/v1',
      isLoopback: false,
      name: 'api.example.com',
      apiKey: 'k',
    });
    for (const [url, key, expected] of [
      ['https://api.example.com/v1', '', /api\.example\.com needs a key.*WHETSTONE_API_KEY/],
      ['https://api.example.com/v1', undefined, /needs a key/],
      ['https://api.example.com/v1', 'a\nb', /WHETSTONE_API_KEY holds/],
      ['http://api.example.com/v1', 'k', /loopback/],
      ['http://127.0.0.1.example.com/v1', 'k', /loopback/],
      ['https://me:pw@example.com/v1', 'k', /password/],
      ['api.example.com', 'k', /URL/],
      ['file:///etc', 'k', /https/],
    ] as const) {
      const read = readEndpoint(url, key);
      assert.match(read.ok ? '' : read.message, expected, url);
    }
  });

  it('needs none on loopback', () => {
    for (const url of ['http://127.0.0.1:9/v1', 'http://localhost:9', 'http://[::1]:9/v1']) {
      const read = readEndpoint(url, undefined);
      assert.ok(read.ok && read.isLoopback && read.apiKey === undefined, url);
    }
  });
});
