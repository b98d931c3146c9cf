import { readFileSync } from 'node:fs';
import { python, sleepers, type Escape } from './escape.ts';

/** Reaching others: over the network, by sockets, as processes. */
export function reachingEscapes(): readonly Escape[] {
  return [...network(), ...processes()];
}

function network(): readonly Escape[] {
  const sockets: readonly (readonly [name: string, where: string])[] = [
    ['TCP', `{ port: f.tcp4, host: '127.0.0.1' }`],
    ['TCP over IPv6', `{ port: f.tcp6, host: '::1' }`],
    ['TCP to the address of the machine', `{ port: f.tcpAll, host: f.address }`],
    ['an abstract socket', `{ path: '\\0' + f.abstract }`],
    ['a socket as of docker', `{ path: f.docker }`],
    ['a socket as of the agent for ssh', `{ path: f.agent }`],
    ['a socket as of the session bus', `{ path: f.bus }`],
    ['a socket in a folder that may be read', `{ path: f.beside }`],
    ['a socket there whose owner named it in short', `{ path: f.relative }`],
    ['a socket by the root of another process', `{ path: '/proc/' + f.victim + '/root' + f.docker }`],
  ];
  const datagrams: readonly (readonly [name: string, script: string])[] = [
    ['UDP', `udp('udp4', f.udp4, '127.0.0.1')`],
    ['UDP over IPv6', `udp('udp6', f.udp6, '::1')`],
    [
      'UDP as a question for a name',
      `const dns = new (require('node:dns').Resolver)({ timeout: 300, tries: 1 }); dns.setServers(['127.0.0.1:' + f.udp4]); dns.resolve4(f.token + '.example', () => {})`,
    ],
  ];
  return [
    ...sockets.map(([name, where]): Escape => ({
      group: 'network',
      name,
      script: `const socket = net.connect(${where}); socket.on('data', (data) => { see(String(data)); socket.destroy(); }).on('error', () => {}); setTimeout(() => socket.destroy(), 1500).unref()`,
    })),
    ...datagrams.map(([name, script]): Escape => ({
      group: 'network',
      name,
      script,
      hasHappened: ({ heard }, token) => heard.some((text) => text.includes(token)),
    })),
    {
      group: 'network',
      name: 'interfaces of the machine',
      script: `if (Object.keys(require('node:os').networkInterfaces()).some((name) => name !== 'lo')) worked()`,
    },
    {
      group: 'network',
      name: 'a socket to the machine around a virtual one',
      script: python(`
if libc.socket(40, 1, 0) >= 0: worked()`),
    },
    {
      group: 'network',
      name: 'the network of another process',
      needsRoot: true,
      script: python(`
if libc.setns(os.open('/proc/%d/ns/net' % f['victim'], os.O_RDONLY), 0) == 0: worked()`),
    },
    {
      group: 'network',
      name: 'raw packets',
      needsRoot: true,
      script: python(`
if libc.socket(17, 3, 0) >= 0: worked()`),
    },
  ];
}

function processes(): readonly Escape[] {
  return [
    {
      group: 'processes',
      name: 'killing another process',
      script: `process.kill(f.prey, 'SIGKILL')`,
      hasHappened: ({ facts }) => !isAlive(Number(facts['prey'])),
    },
    {
      group: 'processes',
      name: 'killing everything',
      script: `process.kill(f.prey, 'SIGTERM'); process.kill(-1, 0); `,
      hasHappened: ({ facts }) => !isAlive(Number(facts['prey'])),
    },
    {
      group: 'processes',
      name: 'being the debugger of another process',
      script: python(`
if libc.ptrace(16, f['prey'], None, None) == 0: worked()`),
    },
    {
      group: 'processes',
      name: 'seeing another process',
      script: `if (fs.existsSync('/proc/' + f.victim + '/comm') && fs.readFileSync('/proc/' + f.victim + '/comm', 'utf8').includes('python')) worked()`,
    },
    {
      group: 'processes',
      name: 'the priority of another process',
      script: `require('node:os').setPriority(f.prey, 10); worked()`,
    },
    {
      group: 'processes',
      name: 'who dies first when memory is short',
      script: `fs.writeFileSync('/proc/' + f.prey + '/oom_score_adj', '700'); worked()`,
    },
    survivor('in a session of its own', `{ detached: true, stdio: 'ignore' }`),
    survivor('without any environment', `{ detached: true, stdio: 'ignore', env: {} }`),
    survivor(
      'by way of a process that ends',
      `{ detached: true, stdio: 'ignore', env: {} }`,
      `['-e', "require('node:child_process').spawn('sleep', [process.argv[1]], { detached: true, stdio: 'ignore', env: {} }).unref()", f.naps]`,
    ),
  ];
}

function survivor(name: string, options: string, args = `[f.naps]`): Escape {
  const program = args === '[f.naps]' ? `'sleep'` : 'process.execPath';
  return {
    group: 'processes',
    name: `outliving the run ${name}`,
    script: `require('node:child_process').spawn(${program}, ${args}, ${options}).unref(); setTimeout(() => {}, ${program === `'sleep'` ? 150 : 2_000})`,
    hasHappened: ({ facts }) => sleepers(String(facts['naps'])).length > 0,
  };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
