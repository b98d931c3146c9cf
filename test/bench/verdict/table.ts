import type { Verdict } from '../../../src/workspace/verification.ts';

/** What became of one change. */
export interface Row {
  readonly subject: string;
  readonly family: string;
  readonly note: string;
  readonly verdict: Verdict;
  /** Whether the project's tests execute what is changed, by an account that is not the verifier's. */
  readonly isCovered: boolean;
}

const kinds = ['preserved', 'broken', 'unproven'] as const;

/** Families down, verdicts across, sums below. */
export function confusionTable(title: string, rows: readonly Row[]): string {
  const families = [...new Set(rows.map(({ family }) => family))].sort();
  const line = (name: string, some: readonly Row[]): string => {
    const counts = kinds.map((kind) => String(some.filter(({ verdict }) => verdict.kind === kind).length).padStart(10));
    return `  ${name.padEnd(24)}${String(some.length).padStart(7)}${counts.join('')}`;
  };
  return [
    `${title.padEnd(26)}${'changes'.padStart(7)}${kinds.map((kind) => kind.toUpperCase().padStart(10)).join('')}`,
    ...families.map((family) =>
      line(
        family,
        rows.filter((row) => row.family === family),
      ),
    ),
    line('together', rows),
  ].join('\n');
}

/** Why changes got a verdict that is not the one hoped for, most frequent first. */
export function reasonsOf(rows: readonly Row[], most = 8): string {
  const counts = new Map<string, { count: number; example: string }>();
  for (const { verdict, family, note } of rows) {
    const reason = `${verdict.kind.toUpperCase()}: ${(verdict.reasons[0] ?? '').replace(/\d+/g, 'N').slice(0, 110)}`;
    const known = counts.get(reason);
    if (known === undefined) counts.set(reason, { count: 1, example: `${family}, ${note}` });
    else known.count += 1;
  }
  return [...counts]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, most)
    .map(([reason, { count, example }]) => `  ${String(count).padStart(4)} × ${reason}\n         such as ${example}`)
    .join('\n');
}
