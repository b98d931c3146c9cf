import { parseLibtest } from './reports/libtest.ts';
import { readsSpoken } from './reports/readReport.ts';
import type { LeftOut, Recognised, Runner } from './runner.ts';
import { baseName } from './scripts/programName.ts';
import { hasProjectFile, readProjectText } from './scripts/projectFiles.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';
import { withoutUnwanted, type Unwanted } from './scripts/unwanted.ts';
import { appended } from './stepWords.ts';
import type { TestStep } from './testPlan.ts';

const unwanted: Unwanted = {
  bare: ['--no-fail-fast', '--no-run', '-q', '--quiet', '-v', '--verbose', '-vv'],
  valued: ['--message-format', '--color'],
};

export const cargoTest: Runner = {
  name: 'cargoTest',
  title: 'cargo test',
  programs: ['cargo'],
  recognise,
  findInFolder: (root) => {
    if (!hasProjectFile(root, 'Cargo.toml')) return undefined;
    const isWorkspace = /^\s*\[workspace\]/m.test(readProjectText(root, 'Cargo.toml') ?? '');
    return ['cargo', 'test', ...(isWorkspace ? ['--workspace'] : [])];
  },
  without: withoutTests,
  speaksResults: true,
  offline: { CARGO_NET_OFFLINE: 'true' },
  progress: { kind: 'speaks', line: /^test .* \.\.\. (ok|FAILED|ignored)/ },
  unmeasured: 'What tests in Rust execute is not measured.',
  read: readsSpoken(parseLibtest),
};

/** `cargo test` and `cargo +toolchain t`; the arguments of the tests themselves stay. */
function recognise([program, ...args]: readonly Word[]): Recognised | undefined {
  const at = args[0]?.text.startsWith('+') === true ? 1 : 0;
  if (program === undefined || baseName(program.text) !== 'cargo') return undefined;
  if (!['test', 't'].includes(args[at]?.text ?? '')) return undefined;
  const own = ['test', '--no-fail-fast', '--color=never'].map(plainWord);
  const argv = [program, ...args.slice(0, at), ...own, ...withoutUnwanted(args.slice(at + 1), unwanted)];
  return { kind: 'runner', runner: cargoTest.name, argv };
}

function withoutTests(step: TestStep, { names }: LeftOut): TestStep | undefined {
  if (step.argv.some(({ text }) => text === '--')) return undefined;
  return appended(step, ['--', ...names.flatMap((name) => ['--skip', name.at(-1) ?? ''])]);
}
