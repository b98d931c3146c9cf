// Stands beside jest's own reporter where jest is to end at the first failure: it exits then without writing what `--outputFile` promises.
// Writes the shape of jest's own JSON.
const { writeFileSync } = require('node:fs');
module.exports = class {
  constructor(config) {
    this.outputFile = config.outputFile;
  }
  onRunComplete(_contexts, results) {
    if (!this.outputFile) return;
    const testResults = results.testResults.map((file) => ({
      name: file.testFilePath,
      status: file.testExecError || file.numFailingTests > 0 ? 'failed' : 'passed',
      message: file.failureMessage || '',
      assertionResults: file.testResults.map(({ ancestorTitles, title, status, duration, failureMessages }) => ({
        ancestorTitles,
        title,
        status,
        duration,
        failureMessages,
      })),
    }));
    writeFileSync(this.outputFile, JSON.stringify({ testResults }));
  }
};
