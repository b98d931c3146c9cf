"""Loaded by pytest beside its own plugins: one letter a test, p, f or s."""

import os


def pytest_runtest_logreport(report):
    if report.when == 'call' or (report.when == 'setup' and not report.passed):
        try:
            with open(os.environ['WHETSTONE_PROGRESS'], 'a') as out:
                out.write(report.outcome[0])
        except Exception:
            pass
