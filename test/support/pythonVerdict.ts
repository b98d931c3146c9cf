import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { createProposal, type FileChange } from '../../src/edits/proposal.ts';
import { inspect } from '../../src/verify/checks/inspect.ts';
import { judge } from '../../src/verify/verdict/judge.ts';
import type { FileCoverage } from '../../src/workspace/evidence.ts';
import type { Verdict } from '../../src/workspace/verification.ts';
import { TempTree } from './tempTree.ts';
import { goodChecks, goodEvidence, testEvidence } from './evidence.ts';

const { signal } = new AbortController();
export type Files = Readonly<Record<string, string>>;

const registered = (name: string): string =>
  `from .registry import register\n\n\n@register\ndef ${name}():\n    return 1\n`;
const plugin = (name: string): string => `from .registry import Plugin\n\n\nclass ${name}(Plugin):\n    pass\n`;

/** Modules of which some do something when they are loaded. */
export const pythonProject: Files = {
  'app/__init__.py': '',
  'app/registry.py': `HANDLERS = []


def register(f):
    HANDLERS.append(f.__name__)
    return f


class Plugin:
    plugins = []

    def __init_subclass__(cls):
        Plugin.plugins.append(cls.__name__)
`,
  'app/a.py': registered('a'),
  'app/b.py': registered('b'),
  'app/csv_plugin.py': plugin('Csv'),
  'app/xml_plugin.py': plugin('Xml'),
  'app/patch.py': 'import json\n\njson.dumps = lambda value: "patched"\n',
  'app/dump.py': 'from json import dumps\n\n\ndef dump():\n    return dumps(1)\n',
  'app/env.py': "import os\n\nos.environ['APP_MODE'] = 'on'\n",
  'app/mode.py': 'import os\n\nMODE = os.environ.get("APP_MODE")\n',
  'app/chain.py': 'from . import a\n',
  'app/quiet.py':
    'import os\nimport re\n\nLIMIT = 5\nNAME = re.compile("x")\n\n\nclass Shape:\n    size = 1\n\n\ndef f():\n    return os.sep\n',
  'app/still.py':
    'from enum import Enum\n\nfrom .quiet import Shape\n\n\nclass Kind(Enum):\n    A = 1\n\n\nclass Square(Shape):\n    """It is square."""\n',
  'app/count.py': 'SEEN = []\nSEEN.append(1)\n',
};

/** Lines that run when the file is loaded: all but those in the bodies of functions. */
function loadedLines(text: string): readonly number[] {
  const open: number[] = [];
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const depth = line.search(/\S/);
    while (open.length > 0 && depth <= (open.at(-1) ?? 0)) open.pop();
    const isLoaded = open.length === 0;
    if (/^\s*(async )?def /.test(line)) open.push(depth);
    return isLoaded ? [index + 1] : [];
  });
}

/** What is said where tests pass that load every file and do no more, or, without them, where no test is there at all. */
export async function pythonVerdict(
  changes: readonly FileChange[],
  files: Files,
  tests: 'load' | 'none',
): Promise<Verdict> {
  const proposal = createProposal(changes);
  const all: Files = { ...pythonProject, ...files };
  const options = {
    allowsTestEdits: true,
    readText: (path: string) => all[path],
    listFiles: () => Object.keys(all),
  };
  const found = await inspect(proposal, { goal: 'Tidy up', focus: [] }, options, signal);
  const cover = (path: string, side: FileCoverage['side'], text: string): FileCoverage => {
    const executed = loadedLines(text);
    const missed = text
      .split('\n')
      .flatMap((line, at) => (line.trim() === '' || executed.includes(at + 1) ? [] : [at + 1]));
    return { path, side, executed, missed, unknown: [] };
  };
  const covered = proposal.changes.flatMap((change) => [
    ...(change.kind === 'create'
      ? []
      : [cover(change.kind === 'move' ? change.from : change.path, 'before', change.before.text)]),
    ...(change.kind === 'delete' ? [] : [cover(change.path, 'after', change.after.text)]),
  ]);
  const none = { kind: 'noTests', reason: 'No test is there.' } as const;
  return judge(
    goodEvidence({
      files: found.files,
      checks: { ...goodChecks, ...found.checks },
      origin: { kind: 'proven', files: found.files.map(({ path }) => path) },
      coverage: { kind: 'measured', tool: 'test', files: covered },
      // No place of imports can be mutated, and what is loaded is all that is asked here.
      sensitivity: {
        kind: 'measured',
        seeded: 0,
        noticed: 0,
        places: [],
        survivors: [],
        isPartial: false,
        durationMs: 0,
      },
      ...(tests === 'none' && { tests: testEvidence(none, none) }),
    }),
  );
}

/** A function with documentation. */
export const describedBy = (text: string, body = '    return 1\n'): string => `def f():\n    """${text}"""\n${body}`;
/** A file that reads documentation of another one. */
export const reader = { 'app/cli.py': 'import app.main\n\n\ndef usage():\n    return app.main.f.__doc__\n' };

/** A change that makes a difference which no test has to notice. */
export interface Attack {
  readonly name: string;
  readonly path?: string;
  readonly before: string;
  readonly after: string;
  readonly more?: Files;
  /** A program of Python that prints something else after the change. */
  readonly probe: string;
}

/** What the probe prints with a text in place. */
export function shown(attack: Attack, text: string): string {
  const tree = new TempTree({ ...pythonProject, ...attack.more, [attack.path ?? 'app/main.py']: text });
  try {
    const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: tree.root };
    const ran = spawnSync('python3', ['-c', attack.probe], { cwd: tree.root, env, encoding: 'utf8' });
    assert.equal(ran.status, 0, `${attack.name}: ${ran.stderr}`);
    return ran.stdout;
  } finally {
    tree.dispose();
  }
}
