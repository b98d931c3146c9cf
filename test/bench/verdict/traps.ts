import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createProposal, type FileChange, type Proposal } from '../../../src/edits/proposal.ts';
import { createVerifier } from '../../../src/verify/verifier.ts';
import type { Row } from './table.ts';
import { traps, workspaceMark, type Trap } from './trapProjects.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** Hangs are part of the traps; this ends them, in ms. */
const timeLimitMs = 15_000;

/** What the verifier says of changes that break something where no test would see it, a few at a time: never PRESERVED. */
export async function runTraps(
  folder: string,
  signal: AbortSignal,
  chosen: readonly Trap[] = traps,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const queue = [...chosen.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, trap] = next;
      rows.push(await runTrap(trap, join(folder, `trap ${index}`, 'workspace'), signal));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return rows;
}

async function runTrap(trap: Trap, root: string, signal: AbortSignal): Promise<Row> {
  mkdirSync(root, { recursive: true });
  const texts = layOutTrap(trap, root);
  const verifier = createVerifier({
    root,
    documents: { unsaved: () => [] },
    approvals: { confirmCommand: async () => true },
    temporaryFolder: dirname(root),
    timeLimitMs,
  });
  try {
    const { verdict } = await verifier.examine(proposalOf(trap, texts), signal);
    return { subject: 'trap', family: trap.name.slice(0, 23), note: trap.name, verdict, isCovered: false };
  } finally {
    await verifier.dispose();
  }
}

function layOutTrap({ files, packages = [], links = {} }: Trap, root: string): ReadonlyMap<string, string> {
  const texts = new Map(Object.entries(files).map(([path, text]) => [path, text.replaceAll(workspaceMark, root)]));
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const name of packages) {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name), 'junction');
  }
  for (const [path, target] of Object.entries(links)) {
    const elsewhere = resolve(root, target);
    mkdirSync(join(elsewhere, 'src'), { recursive: true });
    for (const [name, text] of texts) if (name.startsWith('src/')) writeFileSync(join(elsewhere, name), text);
    symlinkSync(target, join(root, path), 'junction');
  }
  return texts;
}

function proposalOf({ name, change: [path, old, now] }: Trap, texts: ReadonlyMap<string, string>): Proposal {
  const text = texts.get(path);
  const before = { text: text ?? '', hasBom: false };
  if (text === undefined) return createProposal([{ kind: 'create', path, after: { text: now ?? '', hasBom: false } }]);
  if (now === undefined) return createProposal([{ kind: 'delete', path, before }]);
  if (!text.includes(old)) throw new Error(`${name}: ${path} does not hold ${old}`);
  const edit: FileChange = { kind: 'edit', path, before, after: { text: text.replace(old, () => now), hasBom: false } };
  return createProposal([edit]);
}
