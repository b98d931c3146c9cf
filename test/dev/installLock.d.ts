/**
 * Runs `work` while no other process on this machine holds the lock of that name. The lock is a listening socket, so the
 * system itself lets go of it when its holder ends in whatever way.
 */
export function withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
