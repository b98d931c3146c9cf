import * as z from 'zod/mini';
import type { ParsedReport, ReportedTest } from './testIds.ts';

/** Runs `python -m unittest` with the same arguments and writes its results, one JSON line each. */
export const unittestReporter = `import json, os, sys, unittest

sys.path[0] = os.getcwd()
report = open(sys.argv[1], 'w', encoding='utf-8')


def tell(test, outcome, message=''):
    while hasattr(test, 'test_case'):
        test = test.test_case
    case = type(test)
    module = sys.modules.get(case.__module__)
    name = getattr(test, '_testMethodName', None) or str(test)
    line = {'type': 'test', 'file': getattr(module, '__file__', None) if case.__module__ != 'unittest.loader' else None,
            'path': [case.__qualname__, name], 'outcome': outcome, 'message': message[-4000:]}
    report.write(json.dumps(line) + '\\n')
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
        tell(test, 'passed')

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
            tell(test, 'failed', '\\n'.join(self.failed_parts))


program = unittest.main(module=None, exit=False, argv=['python -m unittest'] + sys.argv[2:],
                        testRunner=unittest.TextTestRunner(resultclass=Result))
report.write(json.dumps({'type': 'end'}) + '\\n')
report.close()
sys.exit(not program.result.wasSuccessful())
`;

const lineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('test'),
    file: z.nullable(z.string()),
    path: z.array(z.string()),
    outcome: z.enum(['passed', 'failed', 'skipped']),
    message: z.string(),
  }),
  z.object({ type: z.literal('end') }),
]);

/** Reads what `unittestReporter` wrote. A report without its last line was cut off and is unreadable. Never throws. */
export function parseUnittestEvents(text: string): ParsedReport {
  const tests: ReportedTest[] = [];
  let hasEnded = false;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = parseLine(line);
    if (event === undefined) return { kind: 'unreadable', reason: 'it holds a line that is not of the expected shape' };
    if (event.type === 'end') hasEnded = true;
    else {
      const { file, path, outcome, message } = event;
      tests.push({ file: file ?? undefined, path, outcome, message: outcome === 'failed' ? message : undefined });
    }
  }
  return hasEnded ? { kind: 'tests', tests } : { kind: 'unreadable', reason: 'it ends too early' };
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
