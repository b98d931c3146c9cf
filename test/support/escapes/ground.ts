import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { TemporaryFolder } from '../temporaryFolder.ts';

/** What lies around a sandbox to be reached from inside: files of a user, a workspace, sockets, a process. All of it is bait, in a folder of its own. */
export class EscapeGround {
  readonly #folder = new TemporaryFolder();
  readonly #servers: (Server | Socket)[] = [];
  readonly #processes: ChildProcess[] = [];
  readonly #preys: ChildProcess[] = [];
  readonly secret = `secret-${randomBytes(8).toString('hex')}`;
  readonly home = join(this.#folder.path, 'home');
  readonly workspace = join(this.#folder.path, 'workspace');
  /** The only folder that a program in the sandbox may write; it stands for the workspace. */
  readonly own = join(this.#folder.path, 'own');
  /** Read by programs in the sandbox, as the project around a workspace is. */
  readonly neighbour = join(this.#folder.path, 'around', 'neighbour');
  /** By name, for the scripts. */
  readonly facts: Record<string, string | number> = {};
  /** What arrived from somewhere by UDP. */
  readonly heard: string[] = [];

  /** Lays everything out, as whichever user this process is. */
  static async lay(): Promise<EscapeGround> {
    const ground = new EscapeGround();
    ground.#layFiles();
    await ground.#listen();
    await ground.#startVictim();
    return ground;
  }

  path(...parts: readonly string[]): string {
    return join(this.#folder.path, ...parts);
  }

  /** Each attempt begins with an empty folder of its own, whatever the last one made of it. */
  begin(): void {
    rmSync(this.own, { recursive: true, force: true });
    mkdirSync(join(this.own, 'deep', 'er'), { recursive: true });
    writeFileSync(join(this.own, 'package.json'), '{}');
  }

  /** A process that may be killed. */
  prey(): number {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    this.#preys.push(child);
    return child.pid ?? 0;
  }

  dispose(): void {
    for (const server of this.#servers) server.close();
    for (const child of this.#processes) child.kill('SIGTERM');
    // One that was being debugged stands still, and takes no other notice.
    for (const child of this.#preys) child.kill('SIGKILL');
    this.#folder.dispose();
  }

  #layFiles(): void {
    const files = [
      ...['home/.bashrc', 'home/.profile', 'home/.gitconfig', 'home/.npmrc', 'home/.netrc', 'home/.git-credentials'],
      ...['home/.ssh/id_rsa', 'home/.ssh/authorized_keys', 'home/.aws/credentials', 'home/.bash_history'],
      ...['home/.config/gh/hosts.yml', 'home/.docker/config.json', 'home/.cargo/credentials.toml', 'home/notes.txt'],
      ...['home/.local/state/whetstone/journal/entry.json', 'home/.local/share/keyrings/login.keyring'],
      ...['home/.vscode-server/data/token', 'home/.pypirc', 'home/.kube/config', 'home/.gnupg/private'],
      ...['workspace/.env', 'workspace/src/a.js', 'workspace/.git/config', 'workspace/.git/hooks/pre-commit'],
      ...['workspace/.vscode/tasks.json', 'workspace/.husky/pre-push', 'workspace/.envrc', 'workspace/package.json'],
      ...['other/src/b.js', 'other/.env', 'around/neighbour/c.js', 'around/.git/config', 'copies/other-copy/d.js'],
    ];
    for (const path of files) this.#folder.write(path, `${this.secret}\n`);
    // As the test runs as another user than it was started by, others may pass.
    chmodSync(this.#folder.path, 0o755);
    this.begin();
  }

  async #listen(): Promise<void> {
    const { facts } = this;
    facts['tcp4'] = await this.#tcp({ port: 0, host: '127.0.0.1' });
    facts['tcp6'] = await this.#tcp({ port: 0, host: '::1' }).catch(() => 0);
    facts['tcpAll'] = await this.#tcp({ port: 0, host: '0.0.0.0' });
    facts['address'] =
      Object.values(networkInterfaces())
        .flatMap((all) => all ?? [])
        .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '';
    facts['udp4'] = await this.#udp('udp4', '127.0.0.1');
    facts['udp6'] = await this.#udp('udp6', '::1').catch(() => 0);
    facts['abstract'] = `whetstone-${this.secret}`;
    await this.#tcp({ path: `\0${facts['abstract']}` });
    for (const [name, ...parts] of [
      ['docker', 'docker.sock'],
      ['agent', 'home', '.ssh', 'agent.sock'],
      ['bus', 'home', 'bus'],
      ['beside', 'around', 'neighbour', 'server.sock'],
    ] as const) {
      facts[name] = this.path(...parts);
      await this.#tcp({ path: this.path(...parts) });
    }
    const [{ pid }] = this.#child('python3', ['-c', relativeServer], this.neighbour);
    facts['relative'] = join(this.neighbour, 'relative.sock');
    facts['relativePid'] = pid ?? 0;
    await until(() => isSocket(String(facts['relative'])));
  }

  #tcp(where: { port: number; host: string } | { path: string }): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(this.secret);
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
    });
  }

  #udp(type: 'udp4' | 'udp6', host: string): Promise<number> {
    const socket = createSocket(type);
    this.#servers.push(socket);
    socket.on('message', (text) => this.heard.push(String(text)));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => resolve(socket.address().port));
    });
  }

  /** Holds the secret in its environment, its memory, a file that it has open, and memory that is shared. */
  async #startVictim(): Promise<void> {
    const told = this.path('victim.json');
    const held = this.#folder.write('held', this.secret);
    const [child] = this.#child('python3', ['-c', victim, told, held], this.workspace);
    this.facts['victim'] = child.pid ?? 0;
    await until(() => {
      if (child.exitCode !== null) throw new Error(`The process that is to be reached ended with ${child.exitCode}.`);
      return read(told).endsWith('}');
    });
    Object.assign(this.facts, JSON.parse(read(told)));
    appendFileSync(held, '');
  }

  #child(program: string, args: readonly string[], cwd: string): [ChildProcess] {
    const env = { PATH: process.env['PATH'], SECRET: this.secret };
    const child = spawn(program, args, { cwd, env, stdio: 'ignore' });
    this.#processes.push(child);
    return [child];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isSocket(path: string): boolean {
  return read('/proc/net/unix').includes(path.split('/').at(-1) ?? path);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const relativeServer = `
import os, socket
server = socket.socket(socket.AF_UNIX)
server.bind('relative.sock')
server.listen()
while True:
    one, _ = server.accept()
    one.sendall(os.environ['SECRET'].encode())
    one.close()
`;

const victim = `
import ctypes, json, os, random, sys, time
secret = os.environ['SECRET'].encode()
memory = ctypes.create_string_buffer(secret)
held = open(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)
key = random.randrange(1, 2 ** 31)
segment = libc.shmget(key, 4096, 0o1000 | 0o600)
libc.shmat.restype = ctypes.c_void_p
place = libc.shmat(segment, None, 0)
ctypes.memmove(place, secret + bytes(1), len(secret) + 1)
shared = '/dev/shm/whetstone-' + str(os.getpid())
open(shared, 'w').write(os.environ['SECRET'])
name = b'whetstone-' + str(os.getpid()).encode()
libc.syscall(248, b'user', name, secret, len(secret), -4)
import signal
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open(sys.argv[1], 'w') as out:
    json.dump({'memoryAt': ctypes.addressof(memory), 'heldAs': held.fileno(), 'shmKey': key, 'shared': shared, 'keyName': name.decode()}, out)
try:
    while os.getppid() != 1: time.sleep(0.2)
finally:
    os.unlink(shared)
    libc.shmctl(segment, 0, None)
`;
