"""Runs `python -m unittest` with the same arguments and writes its results, one JSON line each.

The first argument is where they are written; one that begins with --whetstone-without= may follow, with the names of tests that are
not to run, as JSON.
"""

import json
import os
import sys
import unittest

sys.path[0] = os.getcwd()
report = open(sys.argv[1], 'w', encoding='utf-8')
without = set()
if len(sys.argv) > 2 and sys.argv[2].startswith('--whetstone-without='):
    without = set(json.loads(sys.argv.pop(2)[len('--whetstone-without=') :]))


def path_of(test):
    return [type(test).__qualname__, getattr(test, '_testMethodName', None) or str(test)]


def is_left_out(test):
    case = type(test)
    names = [' › '.join(path_of(test))]
    # A class or module that skips itself when it is set up has no other name.
    for holder in (case.__qualname__, case.__module__ + '.' + case.__qualname__):
        names.append('_ErrorHolder › setUpClass (%s)' % holder)
    names.append('_ErrorHolder › setUpModule (%s)' % case.__module__)
    return any(name in without for name in names)


def rest_of(suite):
    if not isinstance(suite, unittest.TestSuite):
        return suite
    return type(suite)(
        [rest_of(test) for test in suite if isinstance(test, unittest.TestSuite) or not is_left_out(test)]
    )


def is_marked(test):
    return any(getattr(one, '__unittest_skip__', False) for one in (type(test), getattr(test, path_of(test)[1], None)))


def tell(test, outcome, message=''):
    while hasattr(test, 'test_case'):
        test = test.test_case
    case = type(test)
    module = sys.modules.get(case.__module__)
    line = {
        'type': 'test',
        'file': getattr(module, '__file__', None) if case.__module__ != 'unittest.loader' else None,
        'path': path_of(test),
        'outcome': outcome,
        'message': message[-4000:],
        'hasRun': outcome == 'skipped' and not is_marked(test),
    }
    report.write(json.dumps(line) + '\n')
    report.flush()
    if os.environ.get('WHETSTONE_PROGRESS'):
        with open(os.environ['WHETSTONE_PROGRESS'], 'a') as progress:
            progress.write(outcome[0])


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.failed_parts = []

    def addSuccess(self, test):
        super().addSuccess(test)
        tell(test, 'passed')

    def addFailure(self, test, error):
        super().addFailure(test, error)
        tell(test, 'failed', self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        tell(test, 'failed', self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        tell(test, 'skipped')

    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        # Whatever it does, it may fail by that.
        tell(test, 'skipped')

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        tell(test, 'failed', 'It was expected to fail and passed.')

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.failed_parts.append(self._exc_info_to_string(error, test))

    def stopTest(self, test):
        super().stopTest(test)
        if getattr(self, 'failed_parts', None):
            tell(test, 'failed', '\n'.join(self.failed_parts))


class Runner(unittest.TextTestRunner):
    def run(self, suite):
        return super().run(rest_of(suite))


program = unittest.main(
    module=None,
    exit=False,
    argv=['python -m unittest'] + sys.argv[2:],
    testRunner=Runner(resultclass=Result, failfast='-f' in sys.argv[2:]),
)
report.write(json.dumps({'type': 'end'}) + '\n')
report.close()
sys.exit(not program.result.wasSuccessful())
