// Tries to get out of the sandbox, and prints what worked, as JSON. The last argument holds the bait, as JSON.
const fs = require('node:fs'),
  net = require('node:net'),
  { spawnSync } = require('node:child_process');
const facts = JSON.parse(process.argv[process.argv.length - 1]);
const worked = [];
const attempt = (what, act) => {
  try {
    if (act() !== false) worked.push(what);
  } catch {}
};
fs.writeFileSync('written', '');
for (const path of [facts.home, facts.beside, facts.workspace])
  try {
    fs.writeFileSync(path, '');
  } catch {}
attempt('a file outside could be read', () => fs.readFileSync(facts.secret));
attempt('a file of the system could be written', () => fs.accessSync('/usr/bin', fs.constants.W_OK));
attempt('a setting of the kernel could be written', () =>
  fs.accessSync('/proc/sys/kernel/core_pattern', fs.constants.W_OK),
);
for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
  attempt('the environment of this program could be read', () => {
    const hash = require('node:crypto')
      .createHash('sha256')
      .update(fs.readFileSync('/proc/' + pid + '/environ'))
      .digest('hex');
    return hash === facts.environment;
  });
attempt('a capability is left', () =>
  /^Cap(Eff|Prm|Bnd|Amb):\s*0*[1-9a-f]/m.test(fs.readFileSync('/proc/self/status', 'utf8')),
);
const succeeds = (...argv) => spawnSync(argv[0], argv.slice(1), { stdio: 'ignore', timeout: 5000 }).status === 0;
attempt('the system could be made writable', () => succeeds('mount', '-o', 'remount,rw,bind', '/usr'));
attempt('another user namespace could be made', () => succeeds('unshare', '--user', '--map-root-user', 'true'));
const reach = (what, where) =>
  new Promise((resolve) => {
    const end = (isOpen) => {
      if (isOpen) worked.push(what);
      socket.destroy();
      resolve();
    };
    const socket = net.connect(where);
    socket.setTimeout(2000, () => end(false));
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
Promise.all([
  reach('a port of this machine could be reached', { port: facts.port, host: '127.0.0.1' }),
  reach('a socket of this machine could be reached', { path: facts.path }),
  reach('an abstract socket of this machine could be reached', { path: facts.name }),
]).then(() => process.stdout.write(JSON.stringify(worked)));
