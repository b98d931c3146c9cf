import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { allowedEnvironment } from '../../../src/util/allowedEnvironment.ts';

describe('allowedEnvironment', () => {
  it('passes what a toolchain needs', () => {
    const env = {
      ...{ PATH: '/usr/bin', HOME: '/h', LANG: 'de_DE.UTF-8', LC_ALL: 'C', TZ: 'Asia/Kolkata', NODE_ENV: 'test' },
      ...{ GOPATH: '/go', GOFLAGS: '-mod=vendor', CARGO_HOME: '/c', JAVA_HOME: '/j', VIRTUAL_ENV: '/v', NVM_DIR: '/n' },
    };
    assert.deepEqual(allowedEnvironment(env), env);
  });

  it('passes no key, token or credential, whatever it is called', () => {
    const env = {
      ...{ GITHUB_TOKEN: 'a', AWS_SECRET_ACCESS_KEY: 'a', ANTHROPIC_API_KEY: 'a', NPM_TOKEN: 'a', OPENAI_API_KEY: 'a' },
      ...{ DATABASE_URL: 'a', MY_COMPANY_THING: 'a', npm_config__authToken: 'a', SSH_AUTH_SOCK: '/run/a' },
      ...{
        DBUS_SESSION_BUS_ADDRESS: 'a',
        HTTPS_PROXY: 'http://a',
        KUBECONFIG: '/k',
        DOCKER_HOST: 'a',
        VAULT_ADDR: 'a',
      },
      ...{ WHETSTONE_API_KEY: 'a', VSCODE_IPC_HOOK: 'a', XDG_RUNTIME_DIR: '/run/user/0', PIP_INDEX_URL: 'a' },
    };
    assert.deepEqual(allowedEnvironment(env), {});
  });

  it('passes nothing that names another repository or runs something at the start', () => {
    const env = {
      ...{ GIT_DIR: '/w/.git', GIT_WORK_TREE: '/w', GIT_INDEX_FILE: '/w/.git/index', OLDPWD: '/w', PROJECT_CWD: '/w' },
      ...{ INIT_CWD: '/w', NODE_PATH: '/w', NODE_OPTIONS: '--require /w/a.js', BASH_ENV: '/w/a', ENV: '/w/a' },
      ...{ PYTHONSTARTUP: '/w/a.py', PERL5OPT: '-M/w', RUBYOPT: '-r/w', LD_PRELOAD: '/w/a.so', PROMPT_COMMAND: 'a' },
      ...{ CARGO_TARGET_DIR: '/w/target', ELECTRON_RUN_AS_NODE: '1', JAVA_TOOL_OPTIONS: '-javaagent:/w/a.jar' },
    };
    assert.deepEqual(allowedEnvironment(env), {});
  });

  it('holds back a harmless name with a secret in its value', () => {
    for (const value of [
      'https://me:password@registry.example/simple',
      'ghp_0123456789abcdefghij',
      'github_pat_0123456789abcdefghij',
      'sk-proj-0123456789abcdef',
      'xoxb-1-2-3',
      'AKIAIOSFODNN7EXAMPLE',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x',
      '-----BEGIN PRIVATE KEY-----',
    ])
      assert.deepEqual(allowedEnvironment({ GOFLAGS: value, PATH: '/usr/bin' }), { PATH: '/usr/bin' }, value);
  });

  it('lets a name through that the user names, and never ours', () => {
    const env = { DATABASE_URL: 'postgres://me:password@host/db', WHETSTONE_API_KEY: 'k', OTHER: 'o' };
    assert.deepEqual(allowedEnvironment(env, ['DATABASE_URL', 'WHETSTONE_API_KEY']), {
      DATABASE_URL: env.DATABASE_URL,
    });
  });
});
