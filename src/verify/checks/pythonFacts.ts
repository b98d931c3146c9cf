import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { abortError } from '../../util/abort.ts';
import { systemSandbox } from '../../sandbox/sandbox.ts';
import { pythonApi } from './pythonApi.ts';

const test = z.object({
  name: z.string(),
  assertions: z.int(),
  /** Comparisons by `==` and the like, and named asserts that say what is expected. */
  exact: z.int(),
  isSkipped: z.boolean(),
  returnsEarly: z.boolean(),
  swallows: z.boolean(),
});

const facts = z.object({
  error: z.nullable(z.object({ message: z.string(), line: z.int() })),
  /** Equal for programs that do the same by the letter. */
  fingerprint: z.string(),
  /** Lines with code; comments, documentation and blank lines left out. */
  working: z.array(z.int()),
  /** Public names of the module, `Class.method` included, with how they are called. */
  api: z.array(z.object({ name: z.string(), signature: z.string() })),
  /** Names of the module that stand in another one; a relative module begins with dots. */
  imported: z.array(z.object({ name: z.string(), module: z.string(), original: z.string() })),
  /** The names that imports bind anywhere, with what they lead to, dots at its beginning for a relative one; and where these, and names of values, are used. */
  bindings: z.array(z.object({ name: z.string(), target: z.string() })),
  uses: z.array(z.object({ name: z.string(), lines: z.array(z.int()) })),
  /** Names that the module gives a value that is no function, with a text that is equal for equal programs. */
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The statements that say what the module exports, empty without any; the names as far as these tell them. */
  exports: z.object({ written: z.array(z.string()), names: z.nullable(z.array(z.string())) }),
  tests: z.array(test),
  /** Each assertion with names left out and what stands around it, so that a renaming changes none. */
  assertions: z.array(z.string()),
  rows: z.array(z.string()),
  /** The program with names left out, and the names in order. */
  blind: z.string(),
  names: z.array(z.string()),
  patched: z.array(z.string()),
  complexity: z.array(z.object({ name: z.string(), complexity: z.int() })),
});

export type PythonFacts = z.infer<typeof facts>;

/** What Python's own parser says of texts, in their order; undefined without a Python. Nothing of the texts is run. */
export async function readPythonFacts(
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly PythonFacts[] | undefined> {
  if (texts.length === 0) return [];
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'whetstone-python-'));
  try {
    const input = join(folder, 'texts.json');
    await writeFile(input, JSON.stringify(texts));
    for (const program of ['python3', 'python']) {
      const parsed = await askPython([program, '-I', '-S', '-c', script, input], folder, signal);
      if (parsed?.length === texts.length) return parsed;
    }
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function askPython(
  argv: readonly [string, ...string[]],
  cwd: string,
  signal: AbortSignal,
): Promise<readonly PythonFacts[] | undefined> {
  const env = { PATH: process.env['PATH'], PYTHONIOENCODING: 'utf-8' };
  const limits = { timeoutMs: 20_000, maxOutputBytes: 16 * 1024 * 1024 };
  const sandbox = await systemSandbox();
  const outcome = await sandbox.run({ argv, cwd, env, ...limits }, { writable: [], readable: [cwd] }, signal);
  if (outcome.kind === 'aborted') throw abortError(signal.reason);
  return outcome.kind === 'exited' && outcome.code === 0 ? parseFacts(outcome.stdout) : undefined;
}

function parseFacts(text: string): readonly PythonFacts[] | undefined {
  try {
    const parsed = z.safeParse(z.array(facts), JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Reads JSON from the file that its argument names, prints JSON; uses nothing but the standard library. */
const script = String.raw`
import ast, copy, hashlib, io, json, re, sys, tokenize

EXACT = {'assertEqual', 'assertIs', 'assertIsNone', 'assertListEqual', 'assertDictEqual', 'assertSetEqual', 'assertTupleEqual',
         'assertMultiLineEqual', 'assertSequenceEqual', 'assertCountEqual', 'assertRaises', 'assertRaisesRegex',
         'assert_called_once_with', 'assert_called_with', 'assert_has_calls'}

def working(text, tree):
    lines = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
                continue
            lines.update(range(token.start[0], token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        return list(range(1, text.count('\n') + 2))
    for node, first in documentation(tree, text):
        if first.lineno != getattr(node, 'lineno', 0):
            lines.difference_update(range(first.lineno, first.end_lineno + 1))
    return sorted(lines)

def called(node):
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute):
            return function.attr
        if isinstance(function, ast.Name):
            return function.id
    return ''

def unparse(node):
    return ast.unparse(node) if node is not None else ''

def documentation(tree, text):
    """Texts that only describe: nothing here asks for them, and no decorator or base class could."""
    if re.search(r'__doc__|\b(getdoc|docopt|fire|plac|argh)\b', text):
        return
    def add(node):
        first = node.body[0] if node.body else None
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        if is_text and '>>>' not in first.value.value:
            yield node, first
        for one in node.body:
            is_plain = isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) or isinstance(one, ast.ClassDef) and not one.bases and not one.keywords
            if is_plain and not one.decorator_list:
                yield from add(one)
    yield from add(tree)

def without_documentation(tree, text):
    bare = copy.deepcopy(tree)
    for node, first in list(documentation(bare, text)):
        node.body = node.body[1:] or [ast.Pass()]
    return bare

${pythonApi}
def own(node):
    todo = list(ast.iter_child_nodes(node))
    while todo:
        one = todo.pop()
        yield one
        todo.extend(ast.iter_child_nodes(one))

def is_skip(node):
    return any(word in unparse(node) for word in ('skip', 'xfail', 'expectedFailure'))

def tests(tree):
    found = []
    def add(body, prefix, skipped):
        for node in body:
            if isinstance(node, ast.ClassDef):
                add(node.body, prefix + node.name + '.', skipped or any(is_skip(one) for one in node.decorator_list))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.append(test(node, prefix, skipped))
    add(tree.body, '', any(isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == 'pytestmark' for t in node.targets) and is_skip(node.value) for node in tree.body))
    return found

def test(node, prefix, skipped):
    assertions = exact = 0
    swallows = False
    for one in own(node):
        if isinstance(one, ast.Assert):
            if not isinstance(one.test, ast.Constant):
                assertions += 1
            if isinstance(one.test, ast.Compare) and any(isinstance(op, (ast.Eq, ast.Is, ast.In)) for op in one.test.ops) and 'approx' not in unparse(one.test):
                exact += 1
        name = called(one)
        if name.startswith('assert') or name in ('raises', 'fail', 'warns'):
            assertions += 1
            if name in EXACT or name == 'raises':
                exact += 1
        if isinstance(one, ast.ExceptHandler):
            kinds = unparse(one.type)
            if (kinds == '' or any(word in kinds for word in ('Exception', 'AssertionError'))) and not any(isinstance(inner, ast.Raise) or called(inner).startswith(('assert', 'fail')) for inner in own(one)):
                swallows = True
        if isinstance(one, ast.Call) and called(one) == 'suppress':
            swallows = True
    early = any(isinstance(statement, ast.Return) for statement in node.body[:-1])
    skips = skipped or any(is_skip(one) for one in node.decorator_list) or any(isinstance(one, ast.Call) and called(one) in ('skip', 'skipTest', 'xfail', 'importorskip') for one in own(node))
    return {'name': prefix + node.name, 'assertions': assertions, 'exact': exact, 'isSkipped': skips, 'returnsEarly': early, 'swallows': swallows}

class Blind(ast.NodeTransformer):
    def __init__(self):
        self.names = []

    def generic_visit(self, node):
        super().generic_visit(node)
        for field in ('id', 'arg', 'name', 'asname', 'module', 'attr'):
            value = getattr(node, field, None)
            if isinstance(value, str) and not (field == 'attr' and (value.startswith('assert') or value in KEPT)):
                self.names.append(value)
                setattr(node, field, '_')
        return node

KEPT = {'raises', 'skip', 'skipTest', 'xfail', 'skipif', 'approx', 'fail', 'patch', 'mark', 'parametrize', 'warns', 'suppress'}

def is_assertion(node):
    return isinstance(node, ast.Assert) or called(node).startswith('assert') or called(node) in ('raises', 'warns', 'fail')

def assertions(tree):
    found = []
    def visit(node, around):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around = ['parametrize' if called(one) == 'parametrize' else unparse(one) for one in node.decorator_list]
        elif isinstance(node, (ast.If, ast.While, ast.Try, ast.ExceptHandler, ast.For, ast.With, ast.Lambda)):
            around = around + [type(node).__name__]
        if is_assertion(node):
            found.append('|'.join(around) + ':' + ast.dump(Blind().visit(copy.deepcopy(node))))
        for one in ast.iter_child_nodes(node):
            visit(one, around)
    visit(tree, [])
    return found

def rows(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for one in node.decorator_list:
                if called(one) != 'parametrize':
                    continue
                for table in [*one.args, *(word.value for word in one.keywords)][1:2]:
                    for row in table.elts if isinstance(table, (ast.List, ast.Tuple)) else [table]:
                        found.append(node.name + ': ' + unparse(row))
    return found

def patched(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ('patch', 'setattr', 'object') and node.args:
            text = unparse(node.func)
            if 'patch' in text:
                found.append(unparse(node.args[0]))
    return found

BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.Assert)

def complexity(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            count = 1
            for one in own(node):
                if isinstance(one, BRANCHES):
                    count += 1
                elif isinstance(one, ast.BoolOp):
                    count += len(one.values) - 1
            found.append({'name': node.name, 'complexity': count})
    return found

def obeyed(text):
    """The first line, how the text is encoded, and what is to be installed to run it."""
    first = [line for line in text.split('\n')[:2] if re.match(r'#!|[ \t\f]*#.*?coding[:=]', line)]
    return '\n'.join(first + re.findall(r'(?m)^# /// \w+$(?:\n#.*$)+', text))

def digest(text):
    return hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()

def facts(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return {'error': {'message': str(getattr(error, 'msg', error)), 'line': getattr(error, 'lineno', None) or 1}, 'fingerprint': '', 'working': [], 'api': [], 'imported': [], 'bindings': [], 'uses': [], 'values': [], 'exports': {'written': [], 'names': None}, 'tests': [], 'assertions': [], 'rows': [], 'blind': '', 'names': [], 'patched': [], 'complexity': []}
    blind = Blind()
    shape = digest(ast.dump(blind.visit(copy.deepcopy(tree))))
    return {'error': None, 'assertions': assertions(tree), 'rows': rows(tree), 'blind': shape, 'names': blind.names, 'fingerprint': digest(ast.dump(without_documentation(tree, text)) + obeyed(text)), 'working': working(text, tree), 'api': api(tree), 'imported': imported(tree), 'bindings': bindings(tree), 'uses': uses(tree), 'values': values(tree), 'exports': exports(tree), 'tests': tests(tree), 'patched': patched(tree), 'complexity': complexity(tree)}

print(json.dumps([facts(text) for text in json.load(open(sys.argv[1], encoding='utf-8'))]))
`;
