"""What only describes, so that it may change: texts of modules, classes and functions, as far as nothing reads them."""

import ast
import builtins
import copy
import io
import tokenize


def working(text, tree):
    lines = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (
                tokenize.COMMENT,
                tokenize.NL,
                tokenize.NEWLINE,
                tokenize.INDENT,
                tokenize.DEDENT,
                tokenize.ENDMARKER,
            ):
                continue
            lines.update(range(token.start[0], token.end[0] + 1))
    except (tokenize.TokenError, SyntaxError):
        return list(range(1, text.count('\n') + 2))
    for node, first in documentation(tree, text):
        if first.lineno != getattr(node, 'lineno', 0):
            lines.difference_update(range(first.lineno, first.end_lineno + 1))
    return sorted(lines)


# Packages that take what describes a function or a class for something else, or hand it to whoever asks; of others that is not known.
DOC_READERS = {
    'click',
    'typer',
    'fastapi',
    'pydantic',
    'marshmallow',
    'unittest',
    'cmd',
    'xmlrpc',
    'pydoc',
    'doctest',
    'twisted',
}


def doc_blind(tree):
    """Names of decorators and base classes that are known not to read texts; what the project itself reads is asked elsewhere."""
    known = {
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
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
    return any(
        name.split('.')[0] in ('ply', 'sly', 'spark_parser', 'docopt')
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or '']
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    )


def documentation(tree, text):
    """Texts that only describe, as far as decorators and base classes are concerned."""
    if reads_own(tree):
        return
    known = doc_blind(tree)

    def is_blind(node):
        return (
            root_name(node) in known
            or isinstance(node, ast.Name)
            and (node.id in PURE_DECORATORS or hasattr(builtins, node.id))
        )

    def add(node):
        first = node.body[0] if node.body else None
        is_text = (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        )
        if is_text and '>>>' not in first.value.value:
            yield node, first
        for one in node.body:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and all(
                is_blind(each) for each in one.decorator_list
            ):
                yield from add(one)
            elif (
                isinstance(one, ast.ClassDef)
                and not one.keywords
                and all(is_blind(each) for each in [*one.decorator_list, *one.bases])
            ):
                yield from add(one)

    yield from add(tree)


def described(tree, text):
    """Texts that only describe, and those that something may read; examples are tests, and watched as these are."""
    plain = {id(node) for node, _ in documentation(tree, text)}
    found = {'plain': {}, 'seen': {}}

    def add(node, name):
        first = node.body[0] if node.body else None
        is_text = (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        )
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
    for node, _ in list(documentation(bare, text)):
        node.body = node.body[1:] or [ast.Pass()]
    return bare
