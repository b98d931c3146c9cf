"""The module that every Python process of a run loads first, as sitecustomize; one that it hides is loaded after it.

It collects the instructions that are executed, by the events of the interpreter, or the lines where instructions have no place (before
Python 3.11), with coverage.py where that is installed. At the end it writes, for every file of the workspace that was loaded, which of its
lines were executed, which were not, and which parts of them. Where it cannot work it is silent, and nothing counts as executed. Beside it
may lie a list of the only files that are to be followed: the others are left to run as fast as they can.

Its text begins with pythonParts.py.
"""

import atexit
import os
import sys

_folder = os.environ.get('WHETSTONE_COVERAGE')
_root = os.environ.get('WHETSTONE_COVERAGE_ROOT')
_here = os.path.dirname(os.path.abspath(__file__))


def _followed_files():
    import json

    try:
        with open(os.path.join(_here, 'followed.json'), encoding='utf-8') as file:
            return frozenset(json.load(file))
    except FileNotFoundError:
        return None


_only = _followed_files()
_known = {}


def _is_own(path):
    found = _known.get(path)
    if found is None:
        if _only is not None:
            found = os.path.realpath(path) in _only
        else:
            found = path.startswith(_root + os.sep) and (os.sep + 'site-packages' + os.sep) not in path[len(_root) :]
        _known[path] = found
    return found


# Functions that were called while a test of pytest ran, by its file.
_entered = {}


def _with_coverage():
    import coverage

    collector = coverage.Coverage(data_file=None, config_file=False, include=[os.path.join(_root, '*')])
    collector.start()

    def lines():
        collector.stop()
        data = collector.get_data()
        return {path: set(data.lines(path) or ()) for path in data.measured_files()}

    return 'coverage.py', lines, None


def _with_monitoring():
    monitoring = sys.monitoring
    tool = next(number for number in (4, 3, 5) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, 'whetstone')
    ran = {}

    def on_instruction(code, offset):
        if id(code) not in ran:
            ran[id(code)] = _Followed(code, True)
        ran[id(code)].ran.add(offset)
        return monitoring.DISABLE

    def on_start(code, offset):
        if _is_own(code.co_filename):
            # Not lines as well: where both are told of one instruction and one is enough, the other one is lost.
            monitoring.set_local_events(tool, code, events.INSTRUCTION)
        return monitoring.DISABLE

    def lines():
        seen = {}
        for known in list(ran.values()):
            line_at = {at: line for start, end, line in known.code.co_lines() for at in range(start, end, 2)}
            found = seen.setdefault(known.code.co_filename, set())
            found.update(line_at.get(offset) or known.code.co_firstlineno for offset in list(known.ran))
        return seen

    events = monitoring.events
    monitoring.register_callback(tool, events.INSTRUCTION, on_instruction)
    monitoring.register_callback(tool, events.PY_START, on_start)
    monitoring.set_events(tool, events.PY_START)
    return 'sys.monitoring', lines, ran


class _Followed:
    """What is known of one piece of code."""

    def __init__(self, code, has_places):
        self.code, self.ran, self.idle, self.is_cut = code, set(), 0, False
        self.lines = _lines_of(code)
        self.left = len(code.co_code) // 2 if has_places else 0

    def see(self, offset):
        if offset in self.ran:
            self.idle += 1
            self.is_cut = self.idle > _patience
        else:
            self.ran.add(offset)
            self.idle = 0
            self.left -= 1

    @property
    def wants_places(self):
        return self.left > 0 and not self.is_cut


# A piece of code that told nothing new for so many instructions is followed line by line from then on.
_patience = 100000


def _with_trace():
    import threading

    # By identity, since pieces of code are equal to others that say the same somewhere else.
    seen, followed = {}, {}
    environ = os.environ
    has_places = hasattr((lambda: 0).__code__, 'co_positions')

    def local(frame, event, argument):
        known = followed[id(frame.f_code)]
        if event == 'opcode':
            known.see(frame.f_lasti)
            if not known.wants_places:
                frame.f_trace_opcodes = False
        elif event == 'line' and frame.f_lineno in known.lines:
            seen[frame.f_code.co_filename].add(frame.f_lineno)
            known.lines.discard(frame.f_lineno)
        if not known.lines and not known.wants_places:
            frame.f_trace_lines = False
        return local

    def trace(frame, event, argument):
        code = frame.f_code
        own = _known.get(code.co_filename)
        if own is None:
            own = _is_own(code.co_filename)
        if not own:
            return None
        seen.setdefault(code.co_filename, set()).add(frame.f_lineno)
        test = environ.get('PYTEST_CURRENT_TEST')
        if test is not None:
            _entered.setdefault(test.partition('::')[0], {})[id(code)] = code
        known = followed.get(id(code))
        if known is None:
            known = followed[id(code)] = _Followed(code, has_places)
        frame.f_trace_opcodes = known.wants_places
        return local if known.lines or frame.f_trace_opcodes else None

    sys.settrace(trace)
    threading.settrace(trace)

    def lines():
        sys.settrace(None)
        return seen

    return 'sys.settrace', lines, followed if has_places else None


def _begin():
    has_places = hasattr((lambda: 0).__code__, 'co_positions')
    own = _with_monitoring if hasattr(sys, 'monitoring') else _with_trace
    for start in [own, _with_coverage] if has_places else [_with_coverage, own]:
        try:
            return start()
        except Exception:
            continue
    return None


def _judge(path, executed, ran, is_cut):
    import ast
    import hashlib

    with open(path, 'rb') as file:
        source = file.read()
    tree = ast.parse(source, path)
    compiled = compile(source, path, 'exec', dont_inherit=True)
    code = _code_lines(compiled)
    missed = code - executed
    executed = code & executed
    try:
        parts = _Parts(tree, compiled, executed, ran, is_cut).found
    except RecursionError:
        parts = [[1, 0, source.count(b'\n') + 2, 0, 'unknown']]
    # Lines of a statement without code of their own, as those of a literal, share its fate: that of its worst line.
    for first, last in _statements(tree):
        whole = set(range(first, last + 1))
        if whole & missed:
            missed |= whole - executed
        elif whole & executed:
            executed |= whole
    return {
        'hash': hashlib.sha256(source).hexdigest(),
        'executed': sorted(executed),
        'missed': sorted(missed - executed),
        'parts': parts,
    }


def _places(followed):
    """Where executed instructions stand, by file, and the files of which not all was followed to the end."""
    places, cut = {}, set()
    for known in followed.values():
        path = os.path.realpath(known.code.co_filename)
        all = list(known.code.co_positions())
        places.setdefault(path, set()).update(all[offset // 2] for offset in known.ran)
        if known.is_cut:
            cut.add(path)
    return places, cut


def _write(tool, lines, followed):
    import json

    files = {}
    seen = lines()
    places, cut = _places(followed or {})
    for path, executed in seen.items():
        real = os.path.realpath(path)
        if not _is_own(real):
            continue
        try:
            ran = None if followed is None else places.get(real, set())
            files[real] = _judge(real, set(executed), ran, real in cut)
        except Exception:
            continue
    if files:
        name = os.path.join(_folder, 'python-%d-%d.json' % (os.getpid(), id(files)))
        entered = {test: [_extent(code) for code in list(codes.values())] for test, codes in list(_entered.items())}
        with open(name + '.part', 'w', encoding='utf-8') as out:
            json.dump({'tool': tool, 'files': files, 'entered': entered}, out)
        os.rename(name + '.part', name)


def _load_hidden():
    import importlib.machinery
    import importlib.util

    paths = [path for path in sys.path if os.path.abspath(path or '.') != _here]
    spec = importlib.machinery.PathFinder.find_spec('sitecustomize', paths)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if _folder and _root:
    # Only where the folder of this module is looked at, too; the plugin takes its name away again.
    os.environ['PYTEST_PLUGINS'] = ','.join(filter(None, [os.environ.get('PYTEST_PLUGINS'), 'whetstone_midway']))
    _begun = _begin()
    if _begun is not None:
        _owner = os.getpid()

        def _end():
            if os.getpid() == _owner:
                try:
                    _write(*_begun)
                except Exception:
                    pass

        atexit.register(_end)
try:
    _load_hidden()
except Exception:
    pass
