import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { edit } from '../../support/changes.ts';
import { describedBy, pythonVerdict, reader, shown, type Attack } from '../../support/pythonVerdict.ts';

const handlers = 'import app.main\nfrom app.registry import HANDLERS\nprint(HANDLERS)';
const plugins = 'import app.main\nfrom app.registry import Plugin\nprint(Plugin.plugins)';
const lost = (name: string, line: string, probe = handlers, rest = 'X = 1\n'): Attack => ({
  name,
  before: `${line}\n${rest}`,
  after: rest,
  probe,
});
const swapped = (name: string, first: string, second: string, probe = handlers): Attack => ({
  name,
  before: `${first}\n${second}\n`,
  after: `${second}\n${first}\n`,
  probe,
});

const effects: readonly Attack[] = [
  lost('a module that registers', 'from . import a'),
  lost('the same by its full name', 'import app.a'),
  lost('the same from its package', 'from app import a'),
  lost('the same by a name of it', 'from app.a import a'),
  lost('the same by another name', 'from . import a as _handlers'),
  lost('all its names', 'from .a import *'),
  lost('one of two', 'from . import a, b', handlers, 'X = 1\n'),
  { name: 'one of two names', before: 'from . import a, b\n', after: 'from . import b\n', probe: handlers },
  lost('a subclass that is entered', 'from .csv_plugin import Csv', plugins),
  lost('a patch', 'from . import patch', 'import app.main, json\nprint(json.dumps(1))'),
  lost('a variable of the process', 'from . import env', 'import app.main, os\nprint(os.environ.get("APP_MODE"))'),
  lost('what another one loads', 'from . import chain'),
  lost('within try', 'try:\n    from . import a\nexcept ImportError:\n    pass'),
  lost('within if', 'import sys\nif sys.version_info > (3,):\n    from . import a'),
  lost('loaded by a text', 'import importlib\nimportlib.import_module("app.a")'),
  lost('loaded by a text for its value', 'import importlib\nit = importlib.import_module("app.a")'),
  lost('loaded by the function below import', '__import__("app.a")'),
  {
    name: 'loaded when it is called only',
    before: 'from . import a\n\n\ndef f():\n    return a\n',
    after: 'def f():\n    from . import a\n    return a\n',
    probe: handlers,
  },
  {
    name: 'loaded for types only',
    before: 'from typing import TYPE_CHECKING\nfrom . import a\n',
    after: 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import a\n',
    probe: handlers,
  },
  {
    name: 'loaded as a program only',
    before: 'from . import a\n',
    after: "if __name__ == '__main__':\n    from . import a\n",
    probe: handlers,
  },
  { name: 'another one in its place', before: 'from . import a\n', after: 'from . import quiet\n', probe: handlers },
  {
    name: 'a value in its place',
    before: 'from .a import a\n\nX = a\n',
    after: 'def a():\n    return 1\n\n\nX = a\n',
    probe: handlers,
  },
  {
    name: 'a module that calls something while it is loaded',
    before: 'from . import noisy\n',
    after: '',
    more: { 'app/noisy.py': 'from .registry import HANDLERS\n\nHANDLERS.append("noisy")\n' },
    probe: handlers,
  },
  {
    name: 'a package that nobody knows',
    before: 'import somepackage\n\nX = 1\n',
    after: 'X = 1\n',
    more: {
      'lib/site-packages/somepackage/__init__.py': 'import app.registry\napp.registry.HANDLERS.append("some")\n',
    },
    probe: `import sys\nsys.path.append("lib/site-packages")\n${handlers}`,
  },
  swapped('two that register', 'from . import a', 'from . import b'),
  { name: 'two in one list', before: 'from . import a, b\n', after: 'from . import b, a\n', probe: handlers },
  swapped('two that are entered', 'from . import csv_plugin', 'from . import xml_plugin', plugins),
  swapped('one that loads another', 'from . import chain', 'from . import b'),
  swapped(
    'a variable and who reads it',
    'from . import env',
    'from . import mode',
    'import app.main, app.mode\nprint(app.mode.MODE)',
  ),
  swapped(
    'a patch and who takes what it patches',
    'from . import patch',
    'from . import dump',
    'import app.main, app.dump\nprint(app.dump.dump())',
  ),
  {
    name: 'an import before the statement that it rests on',
    before: 'import os\n\nos.environ["APP_MODE"] = "own"\nfrom . import mode\n',
    after: 'import os\n\nfrom . import mode\nos.environ["APP_MODE"] = "own"\n',
    probe: 'import app.main, app.mode\nprint(app.mode.MODE)',
  },
  {
    name: 'two functions that are registered',
    before:
      'from .registry import register\n\n\n@register\ndef x():\n    return 1\n\n\n@register\ndef y():\n    return 2\n',
    after:
      'from .registry import register\n\n\n@register\ndef y():\n    return 2\n\n\n@register\ndef x():\n    return 1\n',
    probe: handlers,
  },
  {
    name: 'two classes that are entered',
    before: 'from .registry import Plugin\n\n\nclass X(Plugin):\n    pass\n\n\nclass Y(Plugin):\n    pass\n',
    after: 'from .registry import Plugin\n\n\nclass Y(Plugin):\n    pass\n\n\nclass X(Plugin):\n    pass\n',
    probe: plugins,
  },
  {
    name: 'two calls',
    before:
      'from .registry import register\n\n\ndef x():\n    return 1\n\n\ndef y():\n    return 2\n\n\nregister(x)\nregister(y)\n',
    after:
      'from .registry import register\n\n\ndef x():\n    return 1\n\n\ndef y():\n    return 2\n\n\nregister(y)\nregister(x)\n',
    probe: handlers,
  },
  {
    name: 'a part of a module',
    before: 'import concurrent.futures\n\n\ndef pool():\n    return concurrent.futures.Future\n',
    after: 'import concurrent\n\n\ndef pool():\n    return concurrent.futures.Future\n',
    probe: 'import app.main\ntry:\n    print(app.main.pool())\nexcept AttributeError as error:\n    print(error)',
  },
  {
    name: 'a part of a module beside another part',
    before: 'import xml.dom.minidom\nimport xml.sax\n\n\ndef parse():\n    return xml.dom.minidom.parseString\n',
    after: 'import xml.sax\n\n\ndef parse():\n    return xml.dom.minidom.parseString\n',
    probe:
      'import app.main\ntry:\n    print(app.main.parse() is None)\nexcept AttributeError as error:\n    print(error)',
  },
];

const usage = 'import app.cli\nprint(repr(app.cli.usage()))';

const texts: readonly Attack[] = [
  {
    name: 'of a function, read by another file',
    before: describedBy('Old.'),
    after: describedBy('New.'),
    more: reader,
    probe: usage,
  },
  { name: 'taken away', before: describedBy('Old.'), after: 'def f():\n    return 1\n', more: reader, probe: usage },
  {
    name: 'made a comment',
    before: describedBy('Old.'),
    after: 'def f():\n    # Old.\n    return 1\n',
    more: reader,
    probe: usage,
  },
  {
    name: 'indented otherwise',
    before: describedBy('Old\n    one.'),
    after: describedBy('Old\n        one.'),
    more: reader,
    probe: usage,
  },
  {
    name: 'given to a function that had none',
    before: 'def f():\n    return 1\n',
    after: describedBy('New.'),
    more: reader,
    probe: usage,
  },
  {
    name: 'of a module',
    before: '"""Old."""\n\nX = 1\n',
    after: '"""New."""\n\nX = 1\n',
    more: { 'app/cli.py': 'import app.main\n\n\ndef usage():\n    return app.main.__doc__\n' },
    probe: usage,
  },
  {
    name: 'of the module itself',
    before:
      '"""Old."""\n\nimport argparse\n\n\ndef usage():\n    return argparse.ArgumentParser(description=__doc__).format_help()\n',
    after:
      '"""New."""\n\nimport argparse\n\n\ndef usage():\n    return argparse.ArgumentParser(description=__doc__).format_help()\n',
    path: 'app/cli.py',
    probe: usage,
  },
  {
    name: 'of a class',
    before: 'class C:\n    """Old."""\n',
    after: 'class C:\n    """New."""\n',
    more: {
      'app/cli.py': 'import inspect\nimport app.main\n\n\ndef usage():\n    return inspect.getdoc(app.main.C)\n',
    },
    probe: usage,
  },
  {
    name: 'of a method',
    before: 'class C:\n    def m(self):\n        """Old."""\n        return 1\n',
    after: 'class C:\n    def m(self):\n        """New."""\n        return 1\n',
    more: {
      'app/cli.py': 'from inspect import getdoc\nimport app.main\n\n\ndef usage():\n    return getdoc(app.main.C.m)\n',
    },
    probe: usage,
  },
  {
    name: 'shown as help',
    before: describedBy('Old.'),
    after: describedBy('New.'),
    more: {
      'app/cli.py': 'import pydoc\nimport app.main\n\n\ndef usage():\n    return pydoc.render_doc(app.main.f)\n',
    },
    probe: usage,
  },
  {
    name: 'asked for by a text',
    before: describedBy('Old.'),
    after: describedBy('New.'),
    more: { 'app/cli.py': "import app.main\n\n\ndef usage():\n    return getattr(app.main.f, '__doc__')\n" },
    probe: usage,
  },
  {
    name: 'kept by a decorator',
    before: `from .table import told\n\n\n@told\n${describedBy('Old.')}`,
    after: `from .table import told\n\n\n@told\n${describedBy('New.')}`,
    more: {
      'app/table.py': 'TABLE = {}\n\n\ndef told(f):\n    TABLE[f.__name__] = f.__doc__\n    return f\n',
      'app/cli.py': 'import app.main\nfrom .table import TABLE\n\n\ndef usage():\n    return TABLE\n',
    },
    probe: usage,
  },
  {
    name: 'kept by a base class',
    before: 'from .base import Base\n\n\nclass C(Base):\n    """Old."""\n',
    after: 'from .base import Base\n\n\nclass C(Base):\n    """New."""\n',
    more: {
      'app/base.py':
        'TABLE = {}\n\n\nclass Base:\n    def __init_subclass__(cls):\n        TABLE[cls.__name__] = cls.__doc__\n',
      'app/cli.py': 'import app.main\nfrom .base import TABLE\n\n\ndef usage():\n    return TABLE\n',
    },
    probe: usage,
  },
  {
    name: 'of a command of the shell that the library makes',
    before: 'import cmd\n\n\nclass Shell(cmd.Cmd):\n    def do_go(self, line):\n        """Old."""\n',
    after: 'import cmd\n\n\nclass Shell(cmd.Cmd):\n    def do_go(self, line):\n        """New."""\n',
    probe: 'import app.main\napp.main.Shell().onecmd("help go")',
  },
  {
    name: 'a comment in a function of which the text is read',
    before: 'def f():\n    # old\n    return 1\n',
    after: 'def f():\n    # new\n    return 1\n',
    more: {
      'app/cli.py': 'import inspect\nimport app.main\n\n\ndef usage():\n    return inspect.getsource(app.main.f)\n',
    },
    probe: usage,
  },
  {
    name: 'the layout of it',
    before: 'def f():\n    return 1\n',
    after: 'def f():\n\n    return (1)\n',
    more: {
      'app/cli.py':
        'from inspect import getsourcelines\nimport app.main\n\n\ndef usage():\n    return getsourcelines(app.main.f)[0]\n',
    },
    probe: usage,
  },
  {
    name: 'a comment above it',
    before: '# old\ndef f():\n    return 1\n',
    after: '# new\ndef f():\n    return 1\n',
    more: {
      'app/cli.py': 'import inspect\nimport app.main\n\n\ndef usage():\n    return inspect.getcomments(app.main.f)\n',
    },
    probe: usage,
  },
  {
    name: 'a line that is looked up',
    before: '# old\nX = 1\n',
    after: '# new\nX = 1\n',
    more: {
      'app/cli.py':
        'import linecache\nimport app.main\n\n\ndef usage():\n    return linecache.getline(app.main.__file__, 1)\n',
    },
    probe: usage,
  },
  {
    name: 'a text that reads itself',
    path: 'app/cli.py',
    before: '# old\n\n\ndef usage():\n    return open(__file__).readline()\n',
    after: '# new\n\n\ndef usage():\n    return open(__file__).readline()\n',
    probe: usage,
  },
  {
    name: 'how it is encoded, no more',
    before: '# -*- coding: latin-1 -*-\nX = "é"\n',
    after: 'X = "é"\n',
    probe: 'import app.main\nprint(ascii(app.main.X))',
  },
  {
    name: 'how it is encoded, now',
    before: 'X = "é"\n',
    after: '# coding: latin-1\nX = "é"\n',
    probe: 'import app.main\nprint(ascii(app.main.X))',
  },
  {
    name: 'how it is encoded, too late',
    before: '# about\n# coding: latin-1\nX = "é"\n',
    after: '# about\n#\n# coding: latin-1\nX = "é"\n',
    probe: 'import app.main\nprint(ascii(app.main.X))',
  },
  {
    name: 'how it is encoded, otherwise',
    before: '# vim: set fileencoding=utf-8 :\nX = "é"\n',
    after: '# vim: set fileencoding=latin-1 :\nX = "é"\n',
    probe: 'import app.main\nprint(ascii(app.main.X))',
  },
];

const kept = 'X = """\n  one\n  two\n"""\n';
const value = 'import app.main\nprint(repr(app.main.X))';
/** Texts that no rule may take for layout: without tests nothing is shown of them. */
const contents: readonly Attack[] = [
  { name: 'a long text, indented otherwise', before: kept, after: 'X = """\n    one\n    two\n"""\n', probe: value },
  {
    name: 'white space at the end of a line of it',
    before: kept,
    after: 'X = """\n  one  \n  two\n"""\n',
    probe: value,
  },
  { name: 'an empty line in it', before: kept, after: 'X = """\n  one\n\n  two\n"""\n', probe: value },
  { name: 'a line that goes on within a text', before: 'X = "a\\\n  b"\n', after: 'X = "a\\\nb"\n', probe: value },
  { name: 'no line end in it', before: kept, after: 'X = """\\\n  one\n  two\n"""\n', probe: value },
  { name: 'parts that are joined', before: 'X = ("a"\n     "b")\n', after: 'X = ("a",\n     "b")\n', probe: value },
  { name: 'a raw text', before: 'X = r"\\n"\n', after: 'X = "\\n"\n', probe: value },
  { name: 'bytes', before: 'X = b"a"\n', after: 'X = "a"\n', probe: value },
  { name: 'a text with values in it', before: 'Y = 1\nX = f"{Y}"\n', after: 'Y = 1\nX = "{Y}"\n', probe: value },
  {
    name: 'white space in such a text',
    before: 'Y = 1\nX = f"a {Y}"\n',
    after: 'Y = 1\nX = f"a  {Y}"\n',
    probe: value,
  },
  {
    name: 'the text of a value that says its name',
    before: 'Y = 1\nX = f"{Y=}"\n',
    after: 'Y = 1\nX = f"{Y = }"\n',
    probe: value,
  },
  { name: 'a comma that makes a tuple', before: 'X = (1)\n', after: 'X = (1,)\n', probe: value },
  {
    name: 'a statement out of its block',
    before: 'X = 0\nfor i in (1, 2):\n    X += i\n    X *= 2\n',
    after: 'X = 0\nfor i in (1, 2):\n    X += i\nX *= 2\n',
    probe: value,
  },
  {
    name: 'a statement into a block',
    before: 'X = 0\nif X:\n    X = 1\nX += 2\n',
    after: 'X = 0\nif X:\n    X = 1\n    X += 2\n',
    probe: value,
  },
  {
    name: 'else of another statement',
    before: 'X = 0\nfor i in (1,):\n    if i:\n        X = 1\n    else:\n        X = 2\n',
    after: 'X = 0\nfor i in (1,):\n    if i:\n        X = 1\nelse:\n    X = 2\n',
    probe: value,
  },
];

describe('Python: what no executed line shows', function () {
  this.timeout(60_000);
  const groups: readonly (readonly [string, readonly Attack[], 'load' | 'none'])[] = [
    ['what loading a module does', effects, 'load'],
    ['what is read and not executed', texts, 'load'],
    ['the content of texts', contents, 'none'],
  ];
  for (const [group, attacks, tests] of groups)
    describe(group, () => {
      for (const attack of attacks)
        it(attack.name, async () => {
          const { path = 'app/main.py', before, after, more = {} } = attack;
          assert.notEqual(shown(attack, before), shown(attack, after), 'it makes no difference');
          const { kind } = await pythonVerdict([edit(path, before, after)], { ...more, [path]: before }, tests);
          assert.notEqual(kind, 'preserved');
        });
    });
});
