import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { realPath, type Mount } from './mounts.ts';

/** Programs and libraries of the system, where there are any. */
const programs = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store'];

/** Of `/etc` what programs look up without being told a secret: names, time, libraries, certificates of others, fonts. */
const settings: readonly RegExp[] = [
  /^(passwd|group|nsswitch\.conf|hosts|hostname|resolv\.conf|services|protocols)$/,
  /^(localtime|timezone|locale\.alias|locale\.conf|os-release|lsb-release|debian_version|redhat-release|system-release|alpine-release|arch-release)$/,
  /^(ld\.so\.cache|ld\.so\.conf|ld\.so\.conf\.d|ld-musl-.*\.path|alternatives|mime\.types|papersize)$/,
  /^(fonts|ca-certificates|crypto-policies)$/,
  /^(java|jvm|python|perl|php|ruby|lua|tcl|ImageMagick|vulkan|OpenCL|mono|texmf|dotnet)/,
];

/** Below `/etc`, in folders that hold private keys beside: what is public. */
const publicParts = [
  ...['ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'ssl/ct_log_list.cnf', 'ssl/openssl.cnf.d'],
  ...['pki/tls/certs', 'pki/tls/cert.pem', 'pki/tls/openssl.cnf', 'pki/ca-trust', 'pki/java'],
];

/** Facts about the processors, which allocators and pools of workers ask for. */
const hardware = ['/sys/devices/system/cpu', '/sys/devices/system/node'];

/** The system as any program needs it, with nothing of any user and none of the places where sockets of services are. */
export async function systemMounts(): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const path of programs) mounts.push(...(await asOnDisk(path)));
  const names = await readdir('/etc').catch(() => []);
  const etc = [...names.filter((name) => settings.some((pattern) => pattern.test(name))), ...publicParts];
  for (const name of etc) mounts.push(...(await asOnDisk(join('/etc', name))));
  for (const at of ['/tmp', '/var/tmp']) mounts.push({ kind: 'empty', at, mode: '1777' });
  mounts.push({ kind: 'empty', at: '/run', mode: '0755' }, { kind: 'link', target: '/run', at: '/var/run' });
  for (const path of hardware) mounts.push(...(await asOnDisk(path)));
  return mounts;
}

/** A link stays one, for some read where it leads; one that leads out of sight becomes what it stands for. */
async function asOnDisk(path: string): Promise<readonly Mount[]> {
  const found = await lstat(path).catch(() => undefined);
  const real = found === undefined ? undefined : await realPath(path);
  if (found === undefined || real === undefined) return [];
  if (found.isSymbolicLink() && programs.some((folder) => real.startsWith(`${folder}/`)))
    return [{ kind: 'link', target: await readlink(path), at: path }];
  return [{ kind: 'read', from: real, at: path }];
}
