import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parseUserMessage } from '../../src/engine/planner/userMessage.ts';
import { Talk } from '../support/plannerTalk.ts';
import { PlannerWorkspace } from '../support/plannerWorkspace.ts';

const allPass = { failing: () => [], testNames: ['one'] };

function readPaths(workspace: PlannerWorkspace): readonly unknown[] {
  return workspace.calls.filter(({ name }) => name === 'read_file').map(({ args }) => args['path']);
}

describe('planner: where to look', () => {
  it('reads the goal and every form of focus', () => {
    const text =
      'Goal: Optimize this\nand that: Focus:\n\nFocus:\n- src/a.js lines 10-40 (function total)\n- src/b (copy).js\n- my dir/\n- src/c.ts lines 3-3\n- d.js (method Cart.add)';
    assert.deepEqual(parseUserMessage(text), {
      kind: 'goal',
      text: 'Optimize this\nand that: Focus:',
      focus: [
        { path: 'src/a.js', isFolder: false, range: { startLine: 10, endLine: 40 } },
        { path: 'src/b (copy).js', isFolder: false },
        { path: 'my dir', isFolder: true },
        { path: 'src/c.ts', isFolder: false, range: { startLine: 3, endLine: 3 } },
        { path: 'd.js', isFolder: false },
      ],
    });
  });

  it('takes the sources of a folder: every supported kind, no tests, nothing generated, no other language', async () => {
    const sources = ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx'].map((kind) => `src/file.${kind}`);
    const others = [
      'src/file.test.js',
      'src/file.spec.ts',
      'src/__tests__/a.js',
      'src/test/a.js',
      'src/types.d.ts',
      'src/dist/a.js',
      'src/lib.min.js',
      'src/vite.config.ts',
      'src/.eslintrc.cjs',
      'src/a.py',
      'src/README.md',
    ];
    const files = Object.fromEntries([...sources, ...others, 'else/a.js'].map((path) => [path, 'old(1);\n']));
    const workspace = new PlannerWorkspace(files, allPass);
    const text = await new Talk(workspace).say('Goal: Optimize\n\nFocus:\n- src/');
    assert.deepEqual(readPaths(workspace), [...sources].sort());
    assert.match(text, /I left 4 test files alone/);
    assert.match(text, /I left out 5 generated, configuration or declaration files/);
  });

  it('takes all sources when nothing was pointed at, at most 40, and states the cut', async () => {
    const files = Object.fromEntries(Array.from({ length: 55 }, (_, index) => [`src/f${index + 10}.js`, 'old(1);\n']));
    const workspace = new PlannerWorkspace(files, allPass);
    const text = await new Talk(workspace).say('Goal: Optimize');
    assert.equal(readPaths(workspace).length, 40);
    assert.match(text, /I take 40 files at a time; 15 files more in the workspace were left out/);
  });

  it('takes a test file that was pointed at, since only the tool can allow or refuse that', async () => {
    const workspace = new PlannerWorkspace({ 'test/a.test.js': 'old(1);\n' }, allPass);
    await new Talk(workspace).say('Goal: Optimize\n\nFocus:\n- test/a.test.js');
    assert.deepEqual(readPaths(workspace), ['test/a.test.js']);
  });

  it('reads the files that the goal names, and says which it does not find', async () => {
    const workspace = new PlannerWorkspace({ 'src/cart.js': 'old(1);\n', 'src/b.js': 'old(2);\n' }, allPass);
    await new Talk(workspace).say('Goal: Modernize cart.js.');
    assert.deepEqual(readPaths(workspace), ['src/cart.js']);
    const text = await new Talk(workspace).say('Goal: Modernize src/nowhere.js');
    assert.match(text, /I found no file named src\/nowhere\.js/);
    assert.equal(workspace.texts.get('src/b.js'), 'old(2);\n');
  });

  it('does not take the name of a product for a file', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': 'old(1);\n' }, allPass);
    await new Talk(workspace).say('Goal: Modernize this Node.js project');
    assert.equal(workspace.texts.get('a.js'), 'new(1);\n');
  });

  it('says it when a file is of another language, missing, or a folder holds nothing', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': 'old(1);\n' }, allPass);
    const text = await new Talk(workspace).say('Goal: Optimize\n\nFocus:\n- main.py\n- gone.js\n- none/\n- a.js');
    assert.match(text, /main\.py is not a JavaScript or TypeScript source file/);
    assert.match(text, /- gone\.js: gone\.js does not exist\./);
    assert.match(text, /In none\/ I found no JavaScript or TypeScript source/);
    assert.equal(workspace.texts.get('a.js'), 'new(1);\n');
  });

  it('ends with a reason when no file is left to look at', async () => {
    const workspace = new PlannerWorkspace({}, allPass);
    assert.match(await new Talk(workspace).say('Goal: Optimize'), /nothing to propose/);
    assert.match(await new Talk(workspace).say('Goal: Optimize\n\nFocus:\n- gone.js'), /gone\.js does not exist/);
  });
});
