/**
 * The module that every Python process of a run loads first (as `sitecustomize`; one that it hides is loaded after it). It collects
 * the lines that are executed, with coverage.py where that is installed, and writes at the end, for every file of the workspace that was
 * loaded, which of its lines were executed and which were not. Where it cannot work it is silent, and nothing counts as executed.
 */
export const pythonProbe = `import atexit, os, sys

_folder = os.environ.get('WHETSTONE_COVERAGE')
_root = os.environ.get('WHETSTONE_COVERAGE_ROOT')
_here = os.path.dirname(os.path.abspath(__file__))


def _is_own(path):
    return path.startswith(_root + os.sep) and (os.sep + 'site-packages' + os.sep) not in path[len(_root):]


def _with_coverage():
    import coverage
    collector = coverage.Coverage(data_file=None, config_file=False, include=[os.path.join(_root, '*')])
    collector.start()

    def lines():
        collector.stop()
        data = collector.get_data()
        return {path: set(data.lines(path) or ()) for path in data.measured_files()}
    return 'coverage.py', lines


def _with_monitoring():
    monitoring = sys.monitoring
    tool = next(number for number in (4, 3, 5) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, 'whetstone')
    seen = {}

    def on_line(code, line):
        if _is_own(code.co_filename):
            seen.setdefault(code.co_filename, set()).add(line)
        return monitoring.DISABLE
    monitoring.register_callback(tool, monitoring.events.LINE, on_line)
    monitoring.set_events(tool, monitoring.events.LINE)
    return 'sys.monitoring', lambda: seen


def _with_trace():
    import threading
    seen = {}

    def local(frame, event, argument):
        if event == 'line':
            seen.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return local

    def trace(frame, event, argument):
        if not _is_own(frame.f_code.co_filename):
            return None
        seen.setdefault(frame.f_code.co_filename, set()).add(frame.f_lineno)
        return local
    sys.settrace(trace)
    threading.settrace(trace)

    def lines():
        sys.settrace(None)
        return seen
    return 'sys.settrace', lines


def _begin():
    for start in ([_with_coverage, _with_monitoring] if hasattr(sys, 'monitoring') else [_with_coverage, _with_trace]):
        try:
            return start()
        except Exception:
            continue
    return None


def _code_lines(code):
    found = {line for _, _, line in code.co_lines() if line} if hasattr(code, 'co_lines') else _old_lines(code)
    # The line of a definition itself belongs to what surrounds it.
    for constant in code.co_consts:
        if hasattr(constant, 'co_code'):
            found |= _code_lines(constant)
    return found


def _old_lines(code):
    import dis
    return {line for _, line in dis.findlinestarts(code) if line}


def _statements(tree):
    import ast
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, 'body', None)
        end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
        yield node.lineno, max(end, node.lineno)


def _judge(path, executed):
    import ast, hashlib
    with open(path, 'rb') as file:
        source = file.read()
    tree = ast.parse(source, path)
    code = _code_lines(compile(source, path, 'exec', dont_inherit=True))
    missed = code - executed
    executed = code & executed
    # Lines of a statement without code of their own, as those of a literal, share its fate: that of its worst line.
    for first, last in _statements(tree):
        whole = set(range(first, last + 1))
        if whole & missed:
            missed |= whole - executed
        elif whole & executed:
            executed |= whole
    return {'hash': hashlib.sha256(source).hexdigest(), 'executed': sorted(executed), 'missed': sorted(missed - executed)}


def _write(tool, lines):
    import json
    files = {}
    for path, executed in lines().items():
        real = os.path.realpath(path)
        if not _is_own(real):
            continue
        try:
            files[real] = _judge(real, set(executed))
        except Exception:
            continue
    if files:
        name = os.path.join(_folder, 'python-%d-%d.json' % (os.getpid(), id(files)))
        with open(name + '.part', 'w', encoding='utf-8') as out:
            json.dump({'tool': tool, 'files': files}, out)
        os.rename(name + '.part', name)


def _load_hidden():
    import importlib.machinery, importlib.util
    paths = [path for path in sys.path if os.path.abspath(path or '.') != _here]
    spec = importlib.machinery.PathFinder.find_spec('sitecustomize', paths)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if _folder and _root:
    _begun = _begin()
    if _begun is not None:
        def _end(owner=os.getpid()):
            if os.getpid() == owner:
                try:
                    _write(*_begun)
                except Exception:
                    pass
        atexit.register(_end)
try:
    _load_hidden()
except Exception:
    pass
`;
