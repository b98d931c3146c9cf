import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { runProcess } from '../../../src/util/runProcess.ts';
import { TempTree } from '../../support/tempTree.ts';

const script = resolve(import.meta.dirname, '../../dev/compliance.ts');

/** Laid out as the real suite is: TypeScript without file endings, and zod by its name. */
const suite = {
  'bin/compliance-test.ts': `
    import { ask } from '../src/ask';
    const url = process.argv[process.argv.indexOf('--base-url') + 1];
    const { status, output } = await ask(url, process.env.OPENRESPONSES_API_KEY);
    console.log('answer', status, output.map(({ type }) => type).join(), process.argv.slice(4).join(' '));
    process.exit(process.argv.includes('--fail') ? 1 : 0);`,
  'src/ask.ts': `
    import { z } from 'zod';
    const tool = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } };
    export const ask = async (url: string, key: string | undefined) => {
      const headers = { Authorization: 'Bearer ' + key, 'Content-Type': 'application/json' };
      const body = JSON.stringify({ model: 'm', input: 'How is the weather?', tools: [tool] });
      const answer = await (await fetch(url + '/responses', { method: 'POST', headers, body })).json();
      return z.object({ status: z.string(), output: z.array(z.object({ type: z.string() })) }).parse(answer);
    };`,
};

describe('compliance command', function () {
  this.timeout(60_000);
  let folder: TempTree | undefined;
  afterEach(() => folder?.dispose());

  async function run(files: Readonly<Record<string, string>>, ...more: readonly string[]): Promise<readonly unknown[]> {
    folder = new TempTree(files);
    const argv = [process.execPath, script, folder.root, ...more] as const;
    const request = { argv, cwd: folder.root, env: process.env, timeoutMs: 50_000, maxOutputBytes: 10_000 };
    const outcome = await runProcess(request, new AbortController().signal);
    return outcome.kind === 'exited' ? [outcome.code, outcome.stdout, outcome.stderr] : [outcome.kind];
  }

  it('lets the suite ask the server with its key and tools, hands on its arguments, and ends as it does', async () => {
    assert.deepEqual(await run(suite, '--filter', 'x'), [0, 'answer completed function_call --filter x\n', '']);
    folder?.dispose();
    assert.equal((await run(suite, '--fail'))[0], 1);
  });

  it('says when there is no suite', async () => {
    const [code, , told] = await run({ 'README.md': '' });
    assert.equal(code, 1);
    assert.match(String(told), /no checkout of the suite/);
  });
});
