import type { RelativePath } from '../../workspace/path.ts';
import type { TestFiles } from '../texts/tests.ts';

/** Files of tests by the one name that Go gives them; they are reported with their packages. */
export const goTestFiles: TestFiles<unknown> = {
  mayHoldTests: (path) => path.endsWith('_test.go'),
  holdsTests: (_path, text) => /^func\s+(?:Test|Fuzz)\w*\s*\(/m.test(text),
  speaksOfTests: (_path, text) =>
    /^\s*(?:\w+\s+|import\s+)?"(?:testing(?:\/\w+)?|[^"]*\/(?:testify|gomega|ginkgo)[^"]*)"/m.test(text),
  isForeign: isForeignGo,
  plainTests: (_path, text) =>
    [...text.matchAll(/^func\s+((?:Test|Fuzz)(?![a-z])\w*)\s*\(\s*\w+\s+\*testing\.[TF]\s*\)/gm)].map(
      ([, name = '']) => ({
        path: [name],
      }),
    ),
  hasFixedTestNames: true,
  isReportedByPackage: true,
};

/** Whether a Go file is not built on this machine, whatever the command is. */
function isForeignGo(path: RelativePath, text: string): boolean {
  const systems =
    'aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows';
  const machines = '386|amd64|arm|arm64|loong64|mips\\w*|ppc64\\w*|riscv64|s390x|wasm';
  const suffix = new RegExp(`_(?:${systems}|${machines})_test\\.go$`);
  const condition = /^\/\/go:build\s+(.*)$/m.exec(text)?.[1] ?? '';
  const words = condition.match(/[\w.]+/g) ?? [];
  const known = new RegExp(`^(?:${systems}|${machines}|unix|cgo|race|ignore|go1\\.\\d+)$`);
  return suffix.test(path) || (words.length > 0 && words.every((word) => known.test(word)));
}
