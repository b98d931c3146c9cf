import { candidate, sourcesOf, type Candidate, type Subject } from './subject.ts';

type PythonRule = readonly [name: string, pattern: RegExp, replacement: string];

const breaking: readonly PythonRule[] = [
  ['off by one', /\b\d+\b/g, '($& + 1)'],
  ['off by one', /<=/g, '<'],
  ['off by one', / < /g, ' <= '],
  ['mutant', / - /g, ' + '],
  ['mutant', / \+= /g, ' -= '],
  ['mutant', /-(self|amount|account)/g, '$1'],
  ['mutant', /\bself\.limit = limit/g, 'self.limit = 0'],
  ['branch deleted', /^( +)raise .*$/gm, '$1pass'],
  ['branch deleted', /^( +)return self$/gm, '$1return None'],
  ['branch deleted', /^( +)(self\.entries\.append|total \+=|lines\.append|source\.|target\.).*$/gm, '$1pass'],
  ['wrong rename', /def (deposit|withdraw|statement|transfer|richest|balance)\b/g, 'def $1_2'],
  ['wrong rename', /self\.entries = /g, 'self.entry = '],
  ['swapped arguments', /\((text), (amount)\)/g, '($2, $1)'],
  ['swapped arguments', /amount, text=/g, 'text=None, amount='],
  [
    'shared state',
    /def __init__\(self, owner, limit=0\):/g,
    'def __init__(self, owner, limit=0, entries=[]):\n        self.shared = entries',
  ],
  ['type broken', /return (sum|"\\n"\.join)\((.*)\)$/gm, 'return str($1($2)) + " "'],
  ['text sweep', /sorted\(accounts, key=(.*)\)$/gm, 'accounts\n    accounts.sort(key=$1)'],
];

const safe: readonly PythonRule[] = [
  ['rename', /\bnumber\b/g, 'position'],
  ['rename', /\branked\b/g, 'in_order'],
  ['rename', /\blines\b/g, 'rows'],
  ['rename', /\btotal\b/g, 'running_total'],
  ['introduce variable', /^( +)return (.+)$/gm, '$1outcome = $2\n$1return outcome'],
  ['layout', /^( +)def /gm, '$1# A remark.\n$1def '],
  ['layout', /^def /gm, '# A remark.\ndef '],
  [
    'arrow body',
    /\[account\.owner for account in ranked\[:2\]\]/g,
    'list(map(lambda account: account.owner, ranked[:2]))',
  ],
];

export function breakingPython(subject: Subject): readonly Candidate[] {
  return candidatesBy(breaking, subject, false);
}

export function safePython(subject: Subject): readonly Candidate[] {
  return candidatesBy(safe, subject, true);
}

/** Each place alone, or for renames every place at once. */
function candidatesBy(rules: readonly PythonRule[], subject: Subject, isWhole: boolean): readonly Candidate[] {
  return sourcesOf(subject)
    .filter((path) => path.endsWith('.py'))
    .flatMap((path) => {
      const text = subject.files.get(path) ?? '';
      return rules.flatMap(([family, pattern, replacement]) => {
        const everywhere = text.replace(pattern, replacement);
        const once = new RegExp(pattern.source, pattern.flags.replace('g', ''));
        const places = [...text.matchAll(pattern)].map((match) => {
          const before = text.slice(0, match.index);
          return before + text.slice(match.index).replace(once, replacement);
        });
        const texts = new Set(isWhole && family === 'rename' ? [everywhere] : [...places, everywhere]);
        return [...texts]
          .filter((now) => now !== text)
          .map((now) => candidate(subject, family, `${path} ${pattern.source}`, new Map([[path, now]])));
      });
    });
}
