/**
 * Programs that stand beside runners which have all test files, or several, in one process: they tell the probe of that process which
 * one's turn it is. Where they cannot work they are silent.
 */
const tellFile = `
function tell(file) {
  try { if (typeof file === 'string') globalThis[Symbol.for('whetstone.testFile')]?.(file); } catch {}
}
`;

/** What mocha requires first. */
export const mochaFiles = `${tellFile}
try {
  const { Runner } = require(require.resolve('mocha', { paths: [process.cwd(), ...module.paths] }));
  const { emit } = Runner.prototype;
  Runner.prototype.emit = function (event, ...rest) {
    if (event === 'suite' || event === 'test') tell(rest[0]?.file);
    return emit.call(this, event, ...rest);
  };
} catch {}
`;

/** A reporter of jest, for tests that run in its own process. */
export const jestFiles = `${tellFile}
module.exports = class {
  onTestFileStart(test) { tell(test?.path); }
};
`;
