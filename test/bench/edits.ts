/**
 * `npm run bench:edits`: how long 32 `apply_edit` calls of one turn take in the command line, from the model's answer to all results, in one
 * large file and in 32 small ones. Time depends on the machine and is only printed; a call that is refused fails the bench.
 */
import { loadavg } from 'node:os';
import { CliProject, eventsOf } from '../support/cliProcess.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import { median } from './figures.ts';
import { tableText } from './table.ts';

const edits = 32;
const rounds = 3;
const aimMs = 1_000;
const layouts = [
  { name: 'one file of 2,000 lines', files: 1, lines: 2_000 },
  { name: '32 files of 60 lines', files: 32, lines: 60 },
];

const rows: string[][] = [];
for (const layout of layouts) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await measure(layout));
  rows.push([layout.name, `${Math.round(median(times))} ms`, `${Math.round(Math.max(...times))} ms`]);
}
console.log(tableText([[`${edits} edits in one turn`, 'median', 'slowest'], ...rows]));
console.log(`Aim: ${aimMs} ms. Load average ${loadavg()[0]?.toFixed(1)}.`);

async function measure({ files, lines }: { readonly files: number; readonly lines: number }): Promise<number> {
  const paths = Array.from({ length: files }, (_, file) => `src/m${file}.js`);
  const text = Array.from(
    { length: lines },
    (_, line) => `export const f${line} = () => { var y = ${line}; return y; };`,
  );
  const project = new CliProject({
    'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
    'test/a.test.js': "import test from 'node:test';\ntest('a', () => {});\n",
    ...Object.fromEntries(paths.map((path) => [path, `${text.join('\n')}\n`])),
  });
  const calls = Array.from({ length: edits }, (_, at): readonly [string, unknown] => {
    const [from, to] = ['var', 'const'].map((word) => `export const f${at} = () => { ${word} y`);
    const change = { action: 'edit', path: paths[at % files], edits: [{ old: from, new: to }] };
    return ['apply_edit', { changes: [change], step: `Step ${at}` }];
  });
  const reads: ModelStep = paths.map((path): readonly [string, unknown] => ['read_file', { path }]);
  const server = await startScriptedModel([reads, calls, (exchange) => exchange.created()]);
  try {
    const limits = ['--json', '--apply', 'never'];
    const cli = project.start(['refactor', 'src', '--goal', 'x', '--endpoint', server.baseUrl, ...limits]);
    // The results are there; what follows is not measured.
    await server.until(() => server.requests.length > 2);
    cli.signal('SIGINT');
    const { stdout } = await cli.ended;
    const events = eventsOf(stdout);
    const refused = events.find(({ kind, isError }) => kind === 'callFinished' && isError === true);
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    const answered = events.findLast(({ kind, calls: count }) => kind === 'callsAnswered' && count === edits);
    return Number(answered?.['durationMs']);
  } finally {
    await server.stop();
    project.dispose();
  }
}
