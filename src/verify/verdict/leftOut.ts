import type { Evidence } from '../../workspace/verification.ts';
import { few, plural } from '../../util/wording.ts';
import { isShownWithoutTests } from './demanded.ts';

/** Tests that might see what the change does and were not asked: whoever chose the command may have left out the one that fails. */
export function leftOutReasons({ leftOut, files, checks }: Evidence): readonly string[] {
  if (leftOut === undefined || leftOut.kind === 'unknown') return [];
  const demanding = new Set(
    files
      .filter((file) => file.role === 'code' && !isShownWithoutTests(file, checks))
      .flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])),
  );
  const reaching = leftOut.files.flatMap((file) => {
    const reaches = file.reaches.filter((path) => demanding.has(path));
    return reaches.length === 0 ? [] : [{ ...file, reaches }];
  });
  const whole = reaching.filter(({ tests }) => tests === undefined);
  const parts = reaching.flatMap(({ path, reaches, tests = [] }) => tests.map((test) => ({ path, reaches, test })));
  const reached = (all: readonly { readonly reaches: readonly string[] }[]): string =>
    few([...new Set(all.flatMap(({ reaches }) => reaches))], 2, ' and ');
  const [reach, are] = whole.length === 1 ? ['reaches', 'is'] : ['reach', 'are'];
  return [
    ...(whole.length === 0
      ? []
      : [
          `${plural(whole.length, 'test file')} that ${reach} ${reached(whole)} ${are} not part of this test command: ${names(whole.map(({ path }) => path))}.`,
        ]),
    ...(parts.length === 0
      ? []
      : [
          `${plural(parts.length, 'test')} of files that reach ${reached(parts)} ${parts.length === 1 ? 'is' : 'are'} not part of this test command: ${names(parts.map(({ path, test }) => `${path} › ${test}`))}.`,
        ]),
  ];
}

function names(all: readonly string[]): string {
  return few(all, 3, ', ').replace(/, (and \d+ more)$/, ' $1');
}
