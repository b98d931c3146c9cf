import { existsSync, lstatSync } from 'node:fs';
import { holds, leftOpen, python, type Escape } from './escape.ts';

/** Writing and reading what lies outside. */
export function fileEscapes(): readonly Escape[] {
  return [...writes(), ...reads()];
}

function writes(): readonly Escape[] {
  const files = [
    ...['home/.bashrc', 'home/.profile', 'home/.ssh/authorized_keys', 'home/.gitconfig', 'home/.npmrc'],
    ...['home/.config/autostart/x.desktop', 'home/.local/bin/git', 'home/.local/state/whetstone/journal/entry.json'],
    ...[
      'workspace/src/a.js',
      'workspace/.git/hooks/pre-commit',
      'workspace/.git/config',
      'workspace/.vscode/tasks.json',
    ],
    ...['workspace/.husky/pre-push', 'workspace/.envrc', 'workspace/package.json', 'other/src/b.js'],
    ...['around/neighbour/c.js', 'copies/other-copy/d.js', 'beside.txt'],
  ];
  const through: readonly (readonly [name: string, script: string])[] = [
    ['../ from its own folder', `put('../other/src/b.js')`],
    ['a link of its own', `fs.symlinkSync(f.base + '/other/src', 'way'); put('way/b.js')`],
    ['a hard link of its own', `fs.linkSync(f.base + '/other/src/b.js', 'same.js'); put('same.js')`],
    ['/proc/self/root', `put('/proc/self/root' + f.base + '/other/src/b.js')`],
    ['the root of another process', `put('/proc/' + f.victim + '/root' + f.base + '/other/src/b.js')`],
    ['the folder of another process', `put('/proc/' + f.victim + '/cwd/../other/src/b.js')`],
    ['the root of its parent', `put('/proc/' + process.ppid + '/root' + f.base + '/other/src/b.js')`],
    [
      'any process with a view',
      `for (const p of fs.readdirSync('/proc')) try { put('/proc/' + p + '/root' + f.base + '/other/src/b.js'); break; } catch {}`,
    ],
  ];
  return [
    ...files.map((path): Escape => ({
      group: 'write',
      name: path,
      script: `put(f.base + '/${path}')`,
      hasHappened: (ground, token) => holds(ground.path(path), token),
    })),
    ...through.map(([name, script]): Escape => ({
      group: 'write',
      name: `another workspace by ${name}`,
      script,
      hasHappened: (ground, token) => holds(ground.path('other/src/b.js'), token),
    })),
    {
      group: 'write',
      name: 'a descriptor that was left open',
      script: `fs.writeSync(${leftOpen}, f.token)`,
      hasHappened: (_ground, token) => holds(`/proc/self/fd/${leftOpen}`, token),
    },
    {
      group: 'write',
      name: 'the mode of a file outside',
      script: `fs.chmodSync(f.base + '/other/.env', 0o600); fs.chmodSync(f.base + '/other/.env', 0o666)`,
      hasHappened: (ground) => (lstatSync(ground.path('other/.env')).mode & 0o777) === 0o666,
    },
    {
      group: 'write',
      name: 'a link in the place of its own folder',
      script: `process.chdir('/'); fs.renameSync(f.own, f.own + '-old'); fs.symlinkSync(f.base + '/other', f.own)`,
      hasHappened: (ground) => lstatSync(ground.own, { throwIfNoEntry: false })?.isSymbolicLink() === true,
    },
    {
      group: 'write',
      name: 'a file removed outside',
      script: `fs.rmSync(f.base + '/home/notes.txt')`,
      hasHappened: (ground) => !existsSync(ground.path('home/notes.txt')),
    },
    outside('write', '/var/tmp', '/var/tmp/whetstone-escape'),
    outside('write', 'shared memory', '/dev/shm/whetstone-escape'),
    outside('write', 'a program of the system', '/usr/local/bin/whetstone-escape', true),
    outside('write', 'a timer of the system', '/etc/cron.d/whetstone-escape', true),
    outside('write', 'the root folder', '/whetstone-escape', true),
  ];
}

function reads(): readonly Escape[] {
  const files = [
    ...['home/.ssh/id_rsa', 'home/.aws/credentials', 'home/.netrc', 'home/.npmrc', 'home/.git-credentials'],
    ...['home/.bash_history', 'home/.config/gh/hosts.yml', 'home/.docker/config.json', 'home/.cargo/credentials.toml'],
    ...['home/.local/share/keyrings/login.keyring', 'home/.vscode-server/data/token', 'home/.pypirc'],
    ...['home/.kube/config', 'home/.gnupg/private', 'home/.local/state/whetstone/journal/entry.json'],
    ...['workspace/.env', 'workspace/.git/config', 'other/.env', 'around/.git/config', 'copies/other-copy/d.js'],
  ];
  const ofVictim: readonly (readonly [name: string, script: string])[] = [
    ['environment', `see(fs.readFileSync('/proc/' + f.victim + '/environ', 'utf8'))`],
    [
      'memory',
      `const file = fs.openSync('/proc/' + f.victim + '/mem'); const bytes = Buffer.alloc(64); fs.readSync(file, bytes, 0, 64, f.memoryAt); see(bytes.toString())`,
    ],
    [
      'memory, by the system call for it',
      python(`
class Part(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]
bytes = ctypes.create_string_buffer(64)
here, there = Part(ctypes.addressof(bytes), 64), Part(f['memoryAt'], 64)
libc.syscall(310, f['victim'], ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
see(bytes.value)`),
    ],
    ['open files', `see(fs.readFileSync('/proc/' + f.victim + '/fd/' + f.heldAs, 'utf8'))`],
    [
      'open files, by the system call for it',
      python(`
other = libc.syscall(434, f['victim'], 0)
copy = libc.syscall(438, other, f['heldAs'], 0)
see(os.pread(copy, 64, 0))`),
    ],
    [
      'shared memory of System V',
      python(`
libc.shmat.restype = ctypes.c_void_p
place = libc.shmat(libc.shmget(f['shmKey'], 64, 0), None, 0o10000)
see(ctypes.string_at(place) if place not in (None, 2 ** 64 - 1) else b'')`),
    ],
    ['shared memory of POSIX', `see(fs.readFileSync(f.shared, 'utf8'))`],
    [
      'keys',
      python(`
found = libc.syscall(250, 10, -4, b'user', f['keyName'].encode(), 0)
bytes = ctypes.create_string_buffer(64)
libc.syscall(250, 11, found, bytes, 64)
see(bytes.value)`),
    ],
  ];
  return [
    ...files.map((path): Escape => ({
      group: 'read',
      name: path,
      script: `see(fs.readFileSync(f.base + '/${path}', 'utf8'))`,
    })),
    ...ofVictim.map(([name, script]): Escape => ({ group: 'read', name: `${name} of another process`, script })),
    {
      group: 'read',
      name: 'environments of all processes',
      script: `for (const p of fs.readdirSync('/proc')) try { see(fs.readFileSync('/proc/' + p + '/environ', 'utf8')); } catch {}`,
    },
    {
      group: 'read',
      name: 'what lies beside its folder',
      script: `if (fs.readdirSync(f.base).includes('other')) worked()`,
    },
    { group: 'read', name: 'names of files, by watching', script: `fs.watch(f.base + '/other').close(); worked()` },
    {
      group: 'read',
      name: 'passwords of the system',
      needsRoot: true,
      script: `if (fs.readFileSync('/etc/shadow', 'utf8').includes(':')) worked()`,
    },
    {
      group: 'read',
      name: 'the log of the kernel',
      needsRoot: true,
      script: python(`
bytes = ctypes.create_string_buffer(64)
if libc.syscall(103, 10, None, 0) > 0: worked()`),
    },
  ];
}

function outside(group: Escape['group'], name: string, path: string, needsRoot?: true): Escape {
  return {
    group,
    name,
    ...(needsRoot === undefined ? {} : { needsRoot }),
    script: `put('${path}')`,
    hasHappened: (_ground, token) => holds(path, token),
  };
}
