import type { Evidence } from '../../workspace/verification.ts';
import { lineRanges, plural } from '../wording.ts';
import { executionFiles } from './demanded.ts';
import { told } from './findings.ts';

/** What threw there was heard by no test. */
export function notReached({ reach }: Evidence): readonly string[] {
  const lines = new Map<string, number[]>();
  for (const { path, line } of reach?.unreached ?? []) lines.set(path, [...(lines.get(path) ?? []), line]);
  return [...lines].map(([path, own]) => `No test notices when ${path}:${lineRanges(own)} throws instead.`);
}

/** A single fault may happen to change nothing. */
const leastInChange = 2;

/** Tests that execute the change but would let every seeded fault pass do not test it. */
export function notSensitive({ sensitivity }: Evidence): readonly string[] {
  if (sensitivity.kind !== 'measured' || sensitivity.seeded === 0) return [];
  // What is around a change, or changed elsewhere, says nothing of it.
  const deaf = (sensitivity.inChange ?? []).filter(({ seeded, noticed }) => seeded >= leastInChange && noticed === 0);
  if (sensitivity.noticed > 0)
    return deaf.map(
      ({ path, line, seeded }) =>
        `The tests noticed none of ${plural(seeded, 'fault')} that were seeded into what changed at ${path}:${line}.`,
    );
  const faults = sensitivity.seeded === 1 ? 'the one fault' : `none of ${sensitivity.seeded} faults`;
  const verb = sensitivity.seeded === 1 ? 'did not notice' : 'noticed';
  return [
    `The tests execute the changed code but ${verb} ${faults} that ${sensitivity.seeded === 1 ? 'was' : 'were'} seeded into it.`,
  ];
}

/**
 * Tests that were written for a change, by whoever made it or for whoever made it, are no witnesses before it is seen that they notice
 * mistakes: what only calls the code executes it as well.
 */
export function writtenInVain(evidence: Evidence): readonly string[] {
  const { written, sensitivity } = evidence;
  if (written === undefined || executionFiles(evidence).length === 0) return [];
  const subject = `The ${plural(written.tests, 'test')} written for it`;
  if (sensitivity.kind === 'notAvailable')
    return [`Whether the tests written for it would notice a mistake could not be measured: ${sensitivity.reason}`];
  if (written.noticed === 0) return [`${subject} noticed none of the faults that were seeded into the changed code.`];
  return written.silent.length === 0
    ? []
    : [told('Some of the changed code is executed but not tested', written.silent)];
}
