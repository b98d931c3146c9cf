import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pathsAhead, PlanApproval } from '../../../src/verify/stages/1-plan/approvedPlan.ts';
import { systemSandbox } from '../../../src/sandbox/sandbox.ts';
import { findProblems } from '../../../src/verify/programs/projectFindings.ts';
import type { CommandLine, CommandQuestion } from '../../../src/workspace/approvals.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();

describe('the confirmation of a verification', () => {
  let folder: TemporaryFolder;
  let questions: (readonly CommandQuestion[])[] = [];
  let isAllowed: (command: CommandLine) => boolean = () => true;

  beforeEach(() => {
    folder = new TemporaryFolder();
    questions = [];
    isAllowed = () => true;
    write('package.json', '{"scripts":{"test":"node --test"}}');
    write('tsconfig.json', '{"references":[{"path":"./lib"}]}');
    write('lib/tsconfig.json', '{}');
    write('src/a.ts', '');
    write('test/a.test.js', '');
    write('eslint.config.js', '');
    write('node_modules/typescript/package.json', '{"version":"9.9.9","bin":{"tsc":"./bin/tsc"}}');
    write('node_modules/typescript/bin/tsc', "require('node:fs').writeFileSync('ran-tsc', '')");
    write('node_modules/eslint/package.json', '{"version":"9.9.9","bin":{"eslint":"./bin/eslint.js"}}');
    write('node_modules/eslint/bin/eslint.js', "require('node:fs').writeFileSync('ran-eslint', ''); console.log('[]')");
  });
  afterEach(() => folder.dispose());

  function write(path: string, text: string): void {
    const absolute = join(folder.path, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  function approval(): PlanApproval {
    const asking = {
      confirmCommand: async (command: CommandLine, content: string) => {
        questions.push([{ command, content }]);
        return isAllowed(command);
      },
      confirmCommands: async (together: readonly CommandQuestion[]) => {
        questions.push(together);
        return together.map(({ command }) => isAllowed(command));
      },
    };
    const none = (): undefined => undefined;
    return new PlanApproval(folder.path, asking, none, none);
  }

  function purposes(): unknown[] {
    return questions.map((together) => together.map(({ command }) => command.purpose ?? 'tests'));
  }

  async function look(approvals: PlanApproval) {
    const where = { sandbox: await systemSandbox(), foreign: { writable: [folder.path] } };
    const place = {
      dir: folder.path,
      node: { path: process.execPath, env: {} },
      env: process.env,
      approvals,
      ...where,
    };
    return findProblems(place, ['src/a.ts'], signal);
  }

  it('is one question for the tests and for all that looks at the project beside them', async () => {
    const one = approval();
    assert.equal((await one.obtain(['src/a.ts'], signal)).kind, 'plan');
    assert.deepEqual(purposes(), [['tests', 'types', 'types', 'lint']]);
    const ahead = new Set(questions.flat().map(({ command }) => JSON.stringify(command)));
    questions = [];
    await look(one);
    assert.ok(existsSync(join(folder.path, 'ran-tsc')) && existsSync(join(folder.path, 'ran-eslint')));
    // Whoever asks remembers what was allowed; it must be the very same then.
    for (const { command } of questions.flat()) assert.ok(ahead.has(JSON.stringify(command)), command.argv.join(' '));
  });

  it('lets the tests run alone: what was left out starts nothing and is not asked for again', async () => {
    isAllowed = ({ purpose = 'tests' }) => purpose === 'tests';
    const one = approval();
    assert.equal((await one.obtain(['src/a.ts'], signal)).kind, 'plan');
    const { types, lint } = await look(one);
    assert.ok(types.kind === 'unavailable' && /declined/.test(types.reason));
    assert.ok(lint.kind === 'unavailable' && /declined/.test(lint.reason));
    assert.equal(questions.length, 1);
    one.forget();
    await one.obtain(['src/a.ts'], signal);
    assert.deepEqual(purposes()[1], ['tests', 'types', 'types', 'lint']);
  });

  it('verifies nothing without the tests, whatever else was allowed', async () => {
    isAllowed = ({ purpose = 'tests' }) => purpose !== 'tests';
    const outcome = await approval().obtain(['src/a.ts'], signal);
    assert.ok(outcome.kind === 'refused' && outcome.run.kind === 'declined');
    assert.match(outcome.run.command, /^node .*--test$/);
  });

  it('asks for no check of what no check reads', async () => {
    await approval().obtain(['data/a.json', 'README.md'], signal);
    assert.deepEqual(purposes(), [['tests']]);
  });

  it('asks before anything is proposed for what the focus will need', () => {
    const goal = 'Optimize this';
    assert.deepEqual(pathsAhead({ goal, focus: [{ path: 'src/a.ts' }, { path: 'lib/' }] }), [
      'src/a.ts',
      'lib/index.ts',
    ]);
    assert.deepEqual(pathsAhead({ goal, focus: [] }), ['index.ts']);
  });
});
