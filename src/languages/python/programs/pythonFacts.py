"""What is to be known of texts of Python, of which nothing is run.

Reads JSON from the file that its argument names, prints JSON; uses nothing but the standard library. The text that runs is
that of the other files of this folder and this one, at the end.
"""

import ast
import copy
import json
import re
import sys

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
    tools = re.findall(
        r'(?m)^#[ \t]*(?:cython|distutils|mypyc|nuitka-project|pythran)\b.*$|^[ \t]*#[ \t]*(?:numba|jit):.*$', text
    )
    return '\n'.join(first + tools + re.findall(r'(?m)^# /// \w+$(?:\n#.*$)+', text))


def facts(text):
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return {
            'error': {'message': str(getattr(error, 'msg', error)), 'line': getattr(error, 'lineno', None) or 1},
            'fingerprint': '',
            'obeyed': '',
            'documentation': {'plain': {}, 'seen': {}},
            'loading': [],
            'dotted': {'made': [], 'used': []},
            'working': [],
            'api': [],
            'imported': [],
            'bindings': [],
            'uses': [],
            'values': [],
            'exports': {'written': [], 'names': None},
            'tests': [],
            'assertions': [],
            'rows': [],
            'blind': '',
            'names': [],
            'patched': [],
            'complexity': [],
        }
    blind = Blind()
    shape = digest(ast.dump(blind.visit(copy.deepcopy(tree))))
    return {
        'error': None,
        'assertions': assertions(tree),
        'rows': rows(tree),
        'blind': shape,
        'names': blind.names,
        'fingerprint': digest(ast.dump(without_documentation(tree, text)) + obeyed(text)),
        'obeyed': digest(obeyed(text)),
        'documentation': described(tree, text),
        'loading': loading(tree, text),
        'dotted': dotted(tree),
        'working': working(text, tree),
        'api': api(tree),
        'imported': imported(tree),
        'bindings': bindings(tree),
        'uses': uses(tree),
        'values': values(tree),
        'exports': exports(tree),
        'tests': tests(tree),
        'patched': patched(tree),
        'complexity': complexity(tree),
    }


def loading_of(text):
    try:
        return loading(ast.parse(text), text)
    except (SyntaxError, ValueError, RecursionError):
        return [{'kind': 'effect', 'how': 'acts', 'digest': digest(text)}]


asked = json.load(open(sys.argv[1], encoding='utf-8'))
OWN = set(asked['own'])
print(json.dumps([(loading_of if asked['isLoadingOnly'] else facts)(text) for text in asked['texts']]))
