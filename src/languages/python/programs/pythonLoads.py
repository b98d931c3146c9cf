"""What happens when a module is loaded: what it loads in turn, and what else it does that others may notice.

Such as entering itself in a list. What is not known to do nothing counts as doing something.
"""

import ast
import sys

STDLIB = set(getattr(sys, 'stdlib_module_names', ())) | set(sys.builtin_module_names)
# Modules that change something when they are loaded, although they belong to the language.
STDLIB_EFFECTS = {'readline', 'rlcompleter', 'antigravity', 'this', 'sitecustomize', 'usercustomize'}
# Well-known packages that only define things.
QUIET = set(
    """numpy scipy pandas matplotlib requests httpx aiohttp urllib3 yaml toml tomli tomlkit attr attrs pydantic click typer rich
 tqdm six pytest hypothesis flask fastapi starlette jinja2 markupsafe werkzeug sqlalchemy django redis boto3 botocore bs4 lxml PIL sklearn
 torch typing_extensions dateutil pytz setuptools pkg_resources packaging simplejson orjson ujson msgpack psutil cryptography jwt docutils
 pygments sphinx networkx sympy numba celery marshmallow mypy_extensions wrapt decorator more_itertools toolz cachetools tenacity
 colorama termcolor tabulate unidecode chardet certifi idna paramiko psycopg2 pymysql pymongo zmq tornado twisted trio anyio cffi
 cython pluggy mock responses freezegun faker nose coverage""".split()
)
PURE_CALLS = set(
    """dict list set tuple frozenset int float complex str bytes bytearray len sorted reversed range object min max sum zip map filter
 enumerate getattr hasattr isinstance issubclass super property staticmethod classmethod chr ord abs round bool repr hash slice iter all any
 memoryview divmod pow hex oct bin format type compile namedtuple TypeVar NewType ParamSpec TypeVarTuple NamedTuple TypedDict Enum IntEnum Literal
 getLogger Path PurePath PosixPath PurePosixPath partial itemgetter attrgetter methodcaller field Field Decimal Fraction timedelta datetime date time
 timezone Lock RLock local defaultdict OrderedDict Counter deque ContextVar count lru_cache cache wraps join dirname basename abspath
 realpath normpath expanduser split splitext strip lstrip rstrip lower upper title replace encode decode items keys values get copy union
 intersection difference Struct MappingProxyType maketrans getenv fromkeys exists isfile isdir resolve with_suffix joinpath array
 zeros ones arange linspace escape cast new_class dedent splitlines version_info startswith endswith Semaphore Event Condition
 WeakKeyDictionary WeakValueDictionary WeakSet mappingproxy SimpleNamespace chain product perf_counter monotonic uuid4 UUID""".split()
)
PURE_DECORATORS = set(
    """property staticmethod classmethod abstractmethod abstractproperty setter getter deleter overload lru_cache cache wraps
 contextmanager asynccontextmanager dataclass total_ordering cached_property final override singledispatch runtime_checkable unique
 no_type_check coroutine define frozen s attrs jit njit vectorize""".split()
)
PURE_BASES = set(
    """object ABC Protocol Generic NamedTuple TypedDict Enum IntEnum StrEnum Flag IntFlag str int float dict list tuple set
 frozenset bytes type Thread Process local Mapping MutableMapping Sequence MutableSequence Iterator Iterable Callable Hashable Sized
 Container Collection Set MutableSet UserDict UserList UserString OrderedDict defaultdict Counter deque BaseModel TestCase
 ContextDecorator AbstractContextManager Formatter Handler Filter Logger JSONEncoder JSONDecoder NodeVisitor NodeTransformer
 HTMLParser Action ArgumentParser Namespace RawIOBase IOBase TextIOBase StringIO BytesIO datetime date timedelta tzinfo Path""".split()
)


def last_name(node):
    if isinstance(node, ast.Call):
        return last_name(node.func)
    if isinstance(node, ast.Subscript):
        return last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ''


def root_name(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ''


def is_quiet_value(node):
    """Computing it does nothing that others could notice."""
    if node is None:
        return True
    if isinstance(node, ast.Lambda):
        return all(is_quiet_value(one) for one in [*node.args.defaults, *node.args.kw_defaults])
    if isinstance(node, ast.Call) and last_name(node.func) not in PURE_CALLS:
        return False
    if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)):
        return False
    return all(is_quiet_value(one) for one in ast.iter_child_nodes(node))


def is_quiet_base(node, known):
    name = last_name(node)
    return name in known or name in PURE_BASES or name.endswith(('Error', 'Exception', 'Warning'))


def is_typing_only(test):
    return last_name(test) == 'TYPE_CHECKING'


def is_all_bound(target, bound):
    """It changes nothing but names of the module, and what these hold."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(is_all_bound(one, bound) for one in target.elts)
    if isinstance(target, ast.Starred):
        return is_all_bound(target.value, bound)
    return isinstance(target, ast.Name) or root_name(target) in bound


class Loading:
    """What happens when a module is loaded, in its order."""

    def __init__(self, tree, names):
        self.names, self.found, self.classes, self.bound, self.own = names, [], set(), set(), set()
        self.body(tree.body)

    def effect(self, node, how):
        self.found.append(
            {
                'kind': 'effect',
                'how': how,
                'digest': digest(
                    ast.dump(node) if not hasattr(node, 'body') else type(node).__name__ + getattr(node, 'name', '')
                ),
            }
        )

    def load(self, module, names, bound):
        if module.startswith('.') or module.split('.')[0] in OWN:
            self.own.update(bound)
        self.found.append({'kind': 'load', 'module': module, 'names': names, 'isUsed': bool(self.names & set(bound))})

    def body(self, nodes):
        for node in nodes:
            self.statement(node)

    def statement(self, node):
        if isinstance(node, ast.Import):
            for one in node.names:
                self.load(one.name, [], [one.asname or one.name.split('.')[0]])
        elif isinstance(node, ast.ImportFrom):
            self.load(
                '.' * node.level + (node.module or ''),
                [one.name for one in node.names],
                [one.asname or one.name for one in node.names] + (['*'] if node.names[0].name == '*' else []),
            )
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.bound.add(node.name)
            self.definition(node, [*node.args.defaults, *node.args.kw_defaults])
        elif isinstance(node, ast.ClassDef):
            self.bound.add(node.name)
            self.class_of(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self.assign(node)
        elif isinstance(node, ast.If):
            self.condition(node)
        elif isinstance(node, ast.Try):
            for part in (node.body, *[one.body for one in node.handlers], node.orelse, node.finalbody):
                self.body(part)
        elif isinstance(node, ast.Expr):
            self.expression(node)
        elif isinstance(node, (ast.Delete, ast.Pass, ast.Global, ast.Raise, ast.Assert)):
            pass
        else:
            self.other(node)

    def definition(self, node, values):
        if any(last_name(one) not in PURE_DECORATORS for one in node.decorator_list):
            self.effect(node, 'registers')
        elif not all(is_quiet_value(one) for one in values):
            self.effect(node, 'acts')

    def class_of(self, node):
        has_keywords = any(
            not (word.arg == 'metaclass' and last_name(word.value) in ('ABCMeta', 'EnumMeta')) for word in node.keywords
        )
        hooks = any(
            isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
            and one.name in ('__init_subclass__', '__set_name__')
            for one in node.body
        )
        others = [one for one in node.bases if not is_quiet_base(one, self.classes)]
        # A base class of the project is looked at where it stands.
        is_own = all(root_name(one) in self.own or root_name(one) in self.bound for one in others)
        is_quiet = not has_keywords and is_own
        bases = [last_name(one) for one in others]
        if is_quiet and not hooks and not others:
            self.classes.add(node.name)
        self.found.append({'kind': 'class', 'name': node.name, 'isQuiet': is_quiet and not hooks, 'bases': bases})
        if not is_quiet or any(last_name(one) not in PURE_DECORATORS for one in node.decorator_list):
            self.effect(node, 'registers')
            return
        if others:
            self.effect(node, 'registers')
            self.found[-1]['bases'] = bases
        inner = Loading(ast.Module(body=node.body, type_ignores=[]), self.names)
        if any(one['kind'] == 'effect' for one in inner.found):
            self.effect(node, 'acts' if any(one.get('how') == 'acts' for one in inner.found) else 'registers')

    def assign(self, node):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_own = all(is_all_bound(one, self.bound) for one in targets)
        for one in targets:
            self.bound.update(bound(one))
        dynamic = node.value if isinstance(node.value, ast.Call) else None
        if dynamic is not None and last_name(dynamic.func) in ('import_module', '__import__'):
            self.imported_by_name(node, dynamic)
        elif not is_own:
            self.effect(node, 'acts')
        elif not is_quiet_value(node.value):
            self.effect(node, 'registers')

    def expression(self, node):
        if isinstance(node.value, ast.Call) and last_name(node.value.func) in ('import_module', '__import__'):
            self.imported_by_name(node, node.value)
        elif not is_quiet_value(node.value):
            root = root_name(node.value)
            # What is called on a thing of the module itself, as a list that it fills.
            self.effect(node, 'registers' if root in self.bound else 'acts')

    def imported_by_name(self, node, call):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            self.load(first.value, [], ['*'])
        else:
            self.effect(node, 'acts')

    def condition(self, node):
        if is_main(node.test) or is_typing_only(node.test):
            self.body(node.orelse)
            return
        if not is_quiet_value(node.test):
            self.effect(ast.Expr(value=node.test), 'acts')
        self.body(node.body)
        self.body(node.orelse)

    def other(self, node):
        inner = Loading.__new__(Loading)
        inner.names, inner.found, inner.classes, inner.bound, inner.own = (
            self.names,
            [],
            self.classes,
            self.bound,
            self.own,
        )
        values = [one for name in ('iter', 'test', 'subject') for one in [getattr(node, name, None)] if one is not None]
        values += [one.context_expr for one in getattr(node, 'items', [])]
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.bound.update(bound(node.target))
        inner.body([*getattr(node, 'body', []), *getattr(node, 'orelse', [])])
        self.found.extend(one for one in inner.found if one['kind'] == 'load')
        if not all(is_quiet_value(one) for one in values) or any(one['kind'] == 'effect' for one in inner.found):
            self.found.append({'kind': 'effect', 'how': 'acts', 'digest': digest(ast.dump(node))})


def loading(tree, text):
    read = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    listed = (
        {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        if '__all__' in text
        else set()
    )
    found = Loading(tree, read | listed | {'*'}).found
    for one in found:
        if one['kind'] == 'load':
            top = one['module'].split('.')[0]
            one['origin'] = (
                'own'
                if top == ''
                else 'quiet'
                if (top in STDLIB and top not in STDLIB_EFFECTS) or top in QUIET or top == '__future__'
                else 'unknown'
            )
    return found


def dotted(tree):
    """Modules that an import makes a part of what they stand in, and the parts of modules that are used."""
    made = {
        one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for one in node.names
        if '.' in one.name and not one.asname
    }
    used = set()
    for node in ast.walk(tree):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name):
            used.add('.'.join([node.id, *reversed(parts)]))
    return {'made': sorted(made), 'used': sorted(used)}
