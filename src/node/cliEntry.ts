/**
 * What Node reads first. It says in one sentence when this Node is too old, before anything is loaded that such a Node
 * cannot even parse; so it must stay free of static imports and of new syntax.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write('whetstone needs Node 22.13 or newer; this is Node ' + process.versions.node + '.\n');
  process.exitCode = 64;
} else void import('./cli.ts');

export {};
