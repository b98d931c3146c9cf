import type { ParsedReport, ReportedTest } from './testIds.ts';

const testLine = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, .*)?$/;
const targetLine = /^\s*(?:Running (.+?) \((.+?)\)|Doc-tests (.+))\s*$/;

interface Block {
  readonly announced: number;
  readonly tests: { readonly name: string; readonly outcome: ReportedTest['outcome'] }[];
  readonly messages: Map<string, string>;
  hasResult: boolean;
}

/**
 * Reads what `cargo test` prints: results on stdout in blocks, one a target; the names of the targets in the same order on stderr.
 * Never throws.
 */
export function parseLibtest(stdout: string, stderr: string): ParsedReport {
  const blocks = readBlocks(stdout);
  if (blocks.length === 0) return { kind: 'unreadable', reason: 'it holds no test results' };
  const torn = blocks.find((block) => block.hasResult && block.tests.length !== block.announced);
  if (torn !== undefined) {
    const reason = `it announces ${torn.announced} tests and names ${torn.tests.length}; tests may print into it`;
    return { kind: 'unreadable', reason };
  }
  const targets = plain(stderr).split('\n').flatMap(targetOf);
  const isNamed = targets.length === blocks.length;
  return {
    kind: 'tests',
    tests: blocks.flatMap((block, index) =>
      testsOf(block, (isNamed ? targets[index] : undefined) ?? `target ${index + 1}`),
    ),
  };
}

function readBlocks(stdout: string): readonly Block[] {
  const blocks: Block[] = [];
  let isListing = false;
  let failing: string | undefined;
  for (const line of plain(stdout).split('\n')) {
    const announced = /^running (\d+) tests?$/.exec(line)?.[1];
    const block = blocks.at(-1);
    if (announced !== undefined && (block?.hasResult ?? true)) {
      blocks.push({ announced: Number(announced), tests: [], messages: new Map(), hasResult: false });
      isListing = true;
    } else if (block === undefined) continue;
    else if (/^test result: (ok|FAILED)\. /.test(line)) {
      block.hasResult = true;
      failing = undefined;
    } else if (isListing && line === 'failures:') isListing = false;
    else if (isListing) readTest(line, block);
    else {
      const next = /^---- (.+?) stdout ----$/.exec(line)?.[1];
      failing = line === 'failures:' ? undefined : (next ?? failing);
      const text = failing === undefined ? undefined : (block.messages.get(failing) ?? '');
      if (failing !== undefined && text !== undefined && text.length < 4_000)
        block.messages.set(failing, `${text}${line}\n`);
    }
  }
  return blocks;
}

function readTest(line: string, block: Block): void {
  const match = testLine.exec(line);
  if (match === null) return;
  const outcome = match[2] === 'ok' ? 'passed' : match[2] === 'FAILED' ? 'failed' : 'skipped';
  block.tests.push({ name: match[1] ?? '', outcome });
}

/** Without a result at its end a target was taken down by one of its tests. */
function testsOf({ tests, messages, hasResult }: Block, target: string): ReportedTest[] {
  const reported = tests.map(({ name, outcome }): ReportedTest => {
    // Tests in comments are named by their line, which moves with every change above it.
    const path = [target, name.replace(/ \(line \d+\)/, '')];
    return { file: undefined, path, outcome, message: outcome === 'failed' ? (messages.get(name) ?? '') : undefined };
  });
  if (!hasResult)
    reported.push({ file: undefined, path: [target, '(end)'], outcome: 'failed', message: 'It ended early.' });
  return reported;
}

function targetOf(line: string): string[] {
  const match = targetLine.exec(line);
  if (match === null) return [];
  const binary = match[2]
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/-[0-9a-f]{16}(\.exe)?$/, '');
  return [match[3] === undefined ? `${binary ?? ''} ${match[1] ?? ''}`.trim() : `${match[3]} (documentation)`];
}

function plain(text: string): string {
  return text.replace(/\u001B\[[0-9;]*m/g, '').replaceAll('\r\n', '\n');
}
