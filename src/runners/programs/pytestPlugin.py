"""Loaded by pytest beside its own plugins, as whetstone_midway.

The report does not tell a test that is marked to be skipped, of which nothing ran, from one that itself, its fixtures or its class skipped:
the latter bears a property.
"""

import os
import pytest

# For this process only: another one may not find the module.
_others = [name for name in os.environ.get('PYTEST_PLUGINS', '').split(',') if name not in ('', __name__)]
os.environ.pop('PYTEST_PLUGINS', None)
if _others:
    os.environ['PYTEST_PLUGINS'] = ','.join(_others)


def _is_marked(item, call):
    if call.when == 'setup':
        # What reads the marks of a function and of a test case raises by itself; fixtures call something or stand elsewhere.
        path = str(call.excinfo.traceback[-1].path).replace(os.sep, '/')
        return path.endswith(('/_pytest/skipping.py', '/_pytest/unittest.py'))
    return any(
        getattr(one, '__unittest_skip__', False) for one in (getattr(item, 'obj', None), getattr(item, 'cls', None))
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if outcome.get_result().skipped and call.excinfo is not None and not _is_marked(item, call):
        item.user_properties.append(('whetstone-midway', call.when))
