import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `work` while no other process on this machine holds the lock of that name. The lock is a listening socket, so the
 * system itself lets go of it when its holder ends in whatever way.
 */
export async function withLock(name, work) {
  const address = addressOf(name);
  let server;
  while ((server = await tryListen(address)) === undefined) await untilFree(address);
  try {
    return await work();
  } finally {
    await server.close();
  }
}

function addressOf(name) {
  const id = `whetstone-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
  if (process.platform === 'linux') return `\0${id}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

function tryListen(address) {
  const waiting = new Set();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {}).once('close', () => waiting.delete(socket));
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => resolve({ close: () => closeServer(server, waiting) }));
  });
}

function closeServer(server, waiting) {
  return new Promise((resolve) => {
    server.close(resolve);
    for (const socket of waiting) socket.destroy();
  });
}

/** Resolves when the holder lets go; its end closes the connection. */
function untilFree(address) {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', async (error) => {
      // A socket file outlives its holder on some systems.
      if (error.code === 'ECONNREFUSED' && !address.startsWith('\0')) await unlink(address).catch(() => {});
      resolve();
    });
    socket.once('close', resolve);
    socket.resume();
  });
}
