import { spawnSync } from 'node:child_process';

/** Whether the python3 of this machine has a module; says so where it has not, since tests are left out then. */
export function hasPython(module: string): boolean {
  const isThere = spawnSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
  if (!isThere) console.log(`      not run here: ${module} is not installed`);
  return isThere;
}
