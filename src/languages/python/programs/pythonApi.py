"""What others may use of a module.

Its public names with how each is called, the names that it hands on from other modules, and what it says itself of what it exports.
"""

import ast
import copy
import re


def signature(node):
    """How it is called; what is annotated is seen by decorators only."""
    bare = node if node.decorator_list else without_annotations(node)
    result = ' -> ' + unparse(bare.returns) if bare.returns is not None else ''
    kind = ('async ' if isinstance(node, ast.AsyncFunctionDef) else '') + ('generator ' if is_generator(node) else '')
    return decorators(node) + kind + '(' + unparse(bare.args) + ')' + result


def is_generator(function):
    """It gives its values one by one, and only once."""
    todo = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            todo.extend(ast.iter_child_nodes(node))
    return False


def decorators(node):
    """What stands between a caller and the code; by which way a decorator is imported says nothing."""
    return ''.join(
        '@' + re.sub(r'^(functools|abc|contextlib|dataclasses|typing)\.', '', unparse(one)) + ' '
        for one in node.decorator_list
    )


def class_signature(node):
    """How it is made; of its fields, where a decorator or a base class may make parameters of them."""
    named = [unparse(word) for word in [*node.bases, *node.keywords]]
    result = decorators(node) + 'class(' + ', '.join(named) + ')'
    if named or node.decorator_list:
        fields = [unparse(one) for one in node.body if isinstance(one, ast.AnnAssign)]
        result += ' {' + '; '.join(fields) + '}'
    return result


def without_annotations(function):
    bare = copy.deepcopy(function)
    bare.returns = None
    for one in ast.walk(bare.args):
        if isinstance(one, ast.arg):
            one.annotation = None
    return bare


def imported(tree):
    found = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            module = '.' * node.level + (node.module or '')
            found.extend({'name': one.asname or one.name, 'module': module, 'original': one.name} for one in node.names)
    return found


def bindings(tree):
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend(
                {
                    'name': one.asname or one.name.split('.')[0],
                    'target': one.name if one.asname else one.name.split('.')[0],
                }
                for one in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            base = '.' * node.level + (node.module + '.' if node.module else '')
            found.extend({'name': one.asname or one.name, 'target': base + one.name} for one in node.names)
    return found


def uses(tree):
    """Of the names that imports and values have; annotations say what is expected and do nothing."""
    lines = {one['name']: [] for one in [*bindings(tree), *values(tree)]}

    def visit(node):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in lines:
            lines[node.id].append(node.lineno)
        said = [getattr(node, 'annotation', None), getattr(node, 'returns', None)]
        for one in ast.iter_child_nodes(node):
            if not any(one is other for other in said):
                visit(one)

    visit(tree)
    return [{'name': name, 'lines': found} for name, found in lines.items()]


def values(tree):
    found = []
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if (
            len(targets) == 1
            and isinstance(targets[0], ast.Name)
            and node.value is not None
            and not isinstance(node.value, ast.Lambda)
        ):
            found.append({'name': targets[0].id, 'value': digest(ast.dump(node.value))})
    return found


def is_main(node):
    return isinstance(node, ast.Compare) and any(
        isinstance(one, ast.Name) and one.id == '__name__' for one in ast.walk(node)
    )


def is_special(name):
    """The language calls it by itself; what a module lists of its names is told apart."""
    return name.startswith('__') and name.endswith('__') and name != '__all__'


def is_public(name):
    return is_special(name) or not name.startswith('_')


def bound(target):
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for one in target.elts for name in bound(one)]
    return [target.id] if isinstance(target, ast.Name) else []


def api(tree):
    found = {}

    def tell(name, how):
        known = found.setdefault(name, [])
        if how not in known:
            known.append(how)

    def add(body, prefix):
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if is_public(node.name) and '@overload ' not in decorators(node):
                    tell(prefix + node.name, signature(node))
            elif isinstance(node, ast.ClassDef):
                if not node.name.startswith('_'):
                    tell(prefix + node.name, class_signature(node))
                    add(node.body, prefix + node.name + '.')
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for name in filter(is_public, bound(target)):
                        tell(prefix + name, 'value')
            elif isinstance(node, ast.Try) or isinstance(node, ast.If) and not is_main(node.test):
                add(node.body, prefix)

    add(tree.body, '')
    return [{'name': name, 'signature': ' & '.join(how)} for name, how in found.items()]


def texts_of(node):
    """The texts of a list that holds nothing else."""
    if isinstance(node, (ast.List, ast.Tuple)) and all(
        isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.elts
    ):
        return [one.value for one in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = texts_of(node.left), texts_of(node.right)
        return None if left is None or right is None else left + right
    return None


def is_list(node):
    return isinstance(node, ast.Name) and node.id == '__all__'


def listed_by(node, names):
    """What the list is after a statement that is about it; None when that cannot be read."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return texts_of(node.value) if len(targets) == 1 and is_list(targets[0]) else None
    if names is None:
        return None
    if isinstance(node, ast.AugAssign) and is_list(node.target) and isinstance(node.op, ast.Add):
        more = texts_of(node.value)
        return None if more is None else names + more
    call = node.value if isinstance(node, ast.Expr) else None
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or not is_list(call.func.value)
        or len(call.args) != 1
    ):
        return None
    value, way = call.args[0], call.func.attr
    if way == 'extend':
        more = texts_of(value)
        return None if more is None else names + more
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return None
    if way == 'append':
        return names + [value.value]
    return [name for name in names if name != value.value] if way == 'remove' else None


def exports(tree):
    """What a module says of what it exports: the statements that are about it, and the names if these tell them."""

    def is_about(node):
        aliases = [word for one in ast.walk(node) if isinstance(one, ast.alias) for word in (one.name, one.asname)]
        return '__all__' in aliases or any(
            is_list(one) or isinstance(one, ast.Constant) and one.value == '__all__' for one in ast.walk(node)
        )

    about = [node for node in tree.body if is_about(node)]
    names = None if about else []
    for node in about:
        names = listed_by(node, names)
    return {'written': [ast.dump(node) for node in about], 'names': names}
