import { lstatSync } from 'node:fs';
import { python, type Escape } from './escape.ts';

/** Asking the kernel for more than was given. */
export function kernelEscapes(): readonly Escape[] {
  const asItIs: readonly (readonly [name: string, path: string])[] = [
    ['the program for dumps', '/proc/sys/kernel/core_pattern'],
    ['a setting of memory', '/proc/sys/vm/swappiness'],
    ['a setting below /sys', '/sys/kernel/mm/transparent_hugepage/enabled'],
  ];
  const calls: readonly (readonly [name: string, code: string])[] = [
    [
      'mounting over a folder',
      `
if libc.mount(b'tmpfs', (f['base'] + '/other').encode(), b'tmpfs', 0, None) == 0:
    libc.umount2((f['base'] + '/other').encode(), 2)
    worked()`,
    ],
    [
      'binding a folder',
      `
if libc.mount((f['base'] + '/home').encode(), f['own'].encode(), None, 4096, None) == 0:
    libc.umount2(f['own'].encode(), 2)
    worked()`,
    ],
    [
      'mounting anew what is read-only',
      `
place = (f['own'] + '/deep').encode()
made = libc.mount(place, place, None, 4096, None) == 0 and libc.mount(None, place, None, 4096 | 32 | 1, None) == 0
if made and libc.mount(None, place, None, 4096 | 32, None) == 0: worked()
libc.umount2(place, 2)
if libc.mount(None, b'/usr', None, 4096 | 32, None) == 0: worked()`,
    ],
    [
      'mounting in the new way',
      `
if libc.syscall(428, -100, b'/', 1) >= 0: worked()`,
    ],
    [
      'another root',
      `
if libc.chroot(f['own'].encode()) == 0: worked()`,
    ],
    [
      'a device of its own',
      `
os.mknod('disk', 0o60000 | 0o600, os.makedev(7, 0))
worked()`,
    ],
    [
      'the memory of the machine',
      `
os.close(os.open('/dev/mem', os.O_RDONLY))
worked()`,
    ],
    [
      'a line in the log of the kernel',
      `
os.close(os.open('/dev/kmsg', os.O_WRONLY))
worked()`,
    ],
    [
      'being another user',
      `
if libc.setresuid(12345, 12345, 12345) == 0: worked()`,
    ],
    [
      'the name of the machine',
      `
name = os.uname().nodename.encode()
if libc.sethostname(name, len(name)) == 0: worked()`,
    ],
    [
      'a filter program in the kernel',
      `
attributes = bytes([2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0]) + bytes(112)
if libc.syscall(321, 0, attributes, 72) >= 0: worked()`,
    ],
    [
      'a file by its handle',
      `
class Handle(ctypes.Structure): _fields_ = [('size', ctypes.c_uint), ('kind', ctypes.c_int), ('bytes', ctypes.c_char * 128)]
handle, place = Handle(128), ctypes.c_int()
libc.name_to_handle_at(-100, b'/usr', ctypes.byref(handle), ctypes.byref(place), 0)
if libc.syscall(304, os.open('/usr', os.O_RDONLY), ctypes.byref(handle), 0) >= 0: worked()`,
    ],
    [
      'a group for resources',
      `
for base in ('/sys/fs/cgroup/pids', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'):
    try:
        os.mkdir(base + '/whetstone-escape')
        os.rmdir(base + '/whetstone-escape')
        worked()
        break
    except OSError: pass`,
    ],
    [
      'a key for everybody',
      `
if libc.syscall(248, b'user', b'whetstone-escape', b'x', 1, -4) > 0: worked()`,
    ],
  ];
  return [
    ...asItIs.map(([name, path]): Escape => ({
      group: 'kernel',
      name,
      needsRoot: true,
      script: `const text = fs.readFileSync('${path}', 'utf8'); fs.writeFileSync('${path}', (/\\[(\\w+)\\]/.exec(text) ?? [0, text])[1]); worked()`,
    })),
    {
      group: 'kernel',
      name: 'keys of the magic kind',
      needsRoot: true,
      script: `fs.writeFileSync('/proc/sysrq-trigger', 'h'); worked()`,
    },
    {
      group: 'kernel',
      name: 'the mode of a device, beyond the run',
      needsRoot: true,
      script: `fs.chmodSync('/dev/full', 0o600)`,
      hasHappened: () => hadMode('/dev/full'),
    },
    ...calls.map(([name, code]): Escape => ({
      group: 'kernel',
      name,
      ...(name === 'a key for everybody' ? {} : { needsRoot: true as const }),
      script: python(code),
    })),
    {
      group: 'kernel',
      name: 'another user namespace',
      script: `if (sh('unshare', '--user', '--map-root-user', 'true')) worked()`,
    },
    {
      group: 'kernel',
      name: 'a mount in another user namespace',
      script: `if (sh('unshare', '--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'x', '/mnt')) worked()`,
    },
    {
      group: 'kernel',
      name: 'another root in another namespace',
      script: `if (sh('unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', 'mount --bind /usr /mnt && cd /mnt && pivot_root . lib && true')) worked()`,
    },
  ];
}

/** The mode is put back by whoever runs this. */
function hadMode(path: string): boolean {
  return (lstatSync(path).mode & 0o777) === 0o600;
}
