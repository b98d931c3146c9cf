// The reporter of jasmine: one JSON line an event, into the file that an argument of the form NAME=PATH names. It tells the probe of its
// process which file has its turn, and whoever follows the run one letter a test: p, f or s.
const { appendFileSync, writeFileSync } = require('node:fs');
const name = 'WHETSTONE_REPORT=';
const destination = process.argv.find((word) => word.startsWith(name)).slice(name.length);
const suites = [];
let said = '';

module.exports = class {
  suiteStarted({ description }) {
    suites.push(description);
  }
  suiteDone(suite) {
    if (suite.failedExpectations.length > 0) add(suite, [...suites, '(hook)'], 'failed');
    suites.pop();
  }
  specStarted({ filename }) {
    try {
      globalThis[Symbol.for('whetstone.testFile')]?.(filename);
    } catch {}
  }
  specDone(spec) {
    add(spec, [...suites, spec.description], spec.status);
    tell({ passed: 'p', failed: 'f' }[spec.status] ?? 's');
  }
  jasmineDone(all) {
    if (all.failedExpectations.length > 0) add(all, ['(run)'], 'failed');
    writeFileSync(destination, said + line({ type: 'end' }));
  }
};

function add({ id, filename, failedExpectations, pendingReason }, path, status) {
  const texts = failedExpectations.map(({ message, stack }) => message + '\n' + stack);
  said += line({
    type: 'test',
    order: /^spec\d+$/.test(id) ? Number(id.slice(4)) : Number.MAX_SAFE_INTEGER,
    file: filename ?? null,
    path,
    status,
    message: texts.join('\n').slice(0, 4000),
    reason: pendingReason ?? '',
  });
}

function tell(mark) {
  try {
    if (process.env.WHETSTONE_PROGRESS) appendFileSync(process.env.WHETSTONE_PROGRESS, mark);
  } catch {}
}

function line(value) {
  return JSON.stringify(value) + '\n';
}
