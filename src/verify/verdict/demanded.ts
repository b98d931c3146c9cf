import type { ChangedFile, Checks } from '../../workspace/evidence.ts';
import type { Evidence } from '../../workspace/verification.ts';

/** The same program, or code of the same path of which the compiler and the comparison of bodies say that it was only moved or renamed. */
export function isShownWithoutTests({ demand }: ChangedFile, { types, bodies }: Checks): boolean {
  if (demand.kind === 'none') return true;
  return demand.kind === 'resolution' && demand.isMoved !== true && types.kind === 'passed' && bodies.kind === 'passed';
}

/** The files of which lines must have been executed. */
export function executionFiles({ files, checks }: Evidence): readonly ChangedFile[] {
  return files.filter(
    (file) =>
      file.role === 'code' &&
      !isShownWithoutTests(file, checks) &&
      (file.demand.kind === 'execution' || file.demand.kind === 'resolution'),
  );
}
