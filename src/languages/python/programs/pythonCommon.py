"""What the other parts use: the texts of nodes, what is called, digests."""

import ast
import hashlib


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


def own(node):
    todo = list(ast.iter_child_nodes(node))
    while todo:
        one = todo.pop()
        yield one
        todo.extend(ast.iter_child_nodes(one))


def digest(text):
    return hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()
