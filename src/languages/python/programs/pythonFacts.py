"""What is to be known of texts of Python, of which nothing is run.

Reads JSON from the file that its argument names, prints JSON; uses nothing but the standard library. The text that runs is that of
pythonApi.py, pythonLoads.py and this one.
"""

import ast, builtins, copy, hashlib, io, json, re, sys, tokenize

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

# Packages that take what describes a function or a class for something else, or hand it to whoever asks; of others that is not known.
DOC_READERS = {'click', 'typer', 'fastapi', 'pydantic', 'marshmallow', 'unittest', 'cmd', 'xmlrpc', 'pydoc', 'doctest', 'twisted'}

def doc_blind(tree):
    """Names of decorators and base classes that are known not to read texts; what the project itself reads is asked elsewhere."""
    known = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                module = one.name if isinstance(node, ast.Import) else '.' * node.level + (node.module or '')
                top = module.split('.')[0]
                if top == '' or top in OWN or (top in STDLIB or top in QUIET) and top not in DOC_READERS:
                    known.add(one.asname or one.name.split('.')[0])
    return known

def reads_own(tree):
    """Whether the module hands itself to a package that takes what describes its functions for a grammar."""
    return any(name.split('.')[0] in ('ply', 'sly', 'spark_parser', 'docopt') for node in ast.walk(tree) for name in (
        [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ''] if isinstance(node, ast.ImportFrom) and node.level == 0 else []))

def documentation(tree, text):
    """Texts that only describe, as far as decorators and base classes are concerned."""
    if reads_own(tree):
        return
    known = doc_blind(tree)
    def is_blind(node):
        return root_name(node) in known or isinstance(node, ast.Name) and (node.id in PURE_DECORATORS or hasattr(builtins, node.id))
    def add(node):
        first = node.body[0] if node.body else None
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        if is_text and '>>>' not in first.value.value:
            yield node, first
        for one in node.body:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and all(is_blind(each) for each in one.decorator_list):
                yield from add(one)
            elif isinstance(one, ast.ClassDef) and not one.keywords and all(is_blind(each) for each in [*one.decorator_list, *one.bases]):
                yield from add(one)
    yield from add(tree)

def described(tree, text):
    """Texts that only describe, and those that something may read; examples are tests, and watched as these are."""
    plain = {id(node) for node, _ in documentation(tree, text)}
    found = {'plain': {}, 'seen': {}}
    def add(node, name):
        first = node.body[0] if node.body else None
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        if is_text and '>>>' not in first.value.value:
            found['plain' if id(node) in plain else 'seen'][name] = digest(first.value.value)
        for one in node.body:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found['plain'].setdefault(name + '.' + one.name, '')
                found['seen'].setdefault(name + '.' + one.name, '')
                add(one, name + '.' + one.name)
    found['plain'][''] = found['seen'][''] = ''
    add(tree, '')
    return found

def without_documentation(tree, text):
    bare = copy.deepcopy(tree)
    for node, first in list(documentation(bare, text)):
        node.body = node.body[1:] or [ast.Pass()]
    return bare



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
    tools = re.findall(r'(?m)^#[ \t]*(?:cython|distutils|mypyc|nuitka-project|pythran)\b.*$|^[ \t]*#[ \t]*(?:numba|jit):.*$', text)
    return '\n'.join(first + tools + re.findall(r'(?m)^# /// \w+$(?:\n#.*$)+', text))

def digest(text):
    return hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()

def facts(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return {'error': {'message': str(getattr(error, 'msg', error)), 'line': getattr(error, 'lineno', None) or 1}, 'fingerprint': '', 'obeyed': '', 'documentation': {'plain': {}, 'seen': {}}, 'loading': [], 'dotted': {'made': [], 'used': []}, 'working': [], 'api': [], 'imported': [], 'bindings': [], 'uses': [], 'values': [], 'exports': {'written': [], 'names': None}, 'tests': [], 'assertions': [], 'rows': [], 'blind': '', 'names': [], 'patched': [], 'complexity': []}
    blind = Blind()
    shape = digest(ast.dump(blind.visit(copy.deepcopy(tree))))
    return {'error': None, 'assertions': assertions(tree), 'rows': rows(tree), 'blind': shape, 'names': blind.names, 'fingerprint': digest(ast.dump(without_documentation(tree, text)) + obeyed(text)), 'obeyed': digest(obeyed(text)), 'documentation': described(tree, text), 'loading': loading(tree, text), 'dotted': dotted(tree), 'working': working(text, tree), 'api': api(tree), 'imported': imported(tree), 'bindings': bindings(tree), 'uses': uses(tree), 'values': values(tree), 'exports': exports(tree), 'tests': tests(tree), 'patched': patched(tree), 'complexity': complexity(tree)}

def loading_of(text):
    try:
        return loading(ast.parse(text), text)
    except (SyntaxError, ValueError, RecursionError):
        return [{'kind': 'effect', 'how': 'acts', 'digest': digest(text)}]

asked = json.load(open(sys.argv[1], encoding='utf-8'))
OWN = set(asked['own'])
print(json.dumps([(loading_of if asked['isLoadingOnly'] else facts)(text) for text in asked['texts']]))
