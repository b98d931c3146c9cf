// `npm start`, `npm test` and the benches begin here, on whatever Node the machine has. Nothing may be imported before
// the version is known to be right.
const major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  console.error('Node 20 or newer is needed to begin; this is Node ' + process.versions.node + '.');
  process.exitCode = 1;
} else {
  import('./setUp.js')
    .then(({ setUpAndRun }) => setUpAndRun(process.argv.slice(2)))
    .catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
}
