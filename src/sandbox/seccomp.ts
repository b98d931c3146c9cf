/** What a BPF filter of system calls is made of, as `linux/filter.h` lays it out: code, two jumps, a value. */
type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, value: number];

const load = 0x20;
const jumpEqual = 0x15;
const jumpAtLeast = 0x35;
const give = 0x06;

const allow = 0x7fff0000;
const fail = (errno: number): number => 0x00050000 | errno;
const notPermitted = fail(1);
const noSuchCall = fail(38);
const noSuchFamily = fail(97);

/** Where `struct seccomp_data` holds the number of the call, the architecture, and the low halves of the first arguments. */
const numberAt = 0;
const architectureAt = 4;
const argumentAt = (index: number): number => 16 + 8 * index;

interface Architecture {
  readonly audit: number;
  readonly socket: number;
  readonly ioctl: number;
  /** Numbers at and above it belong to another calling convention. */
  readonly foreignFrom?: number;
  /** Keys of the kernel and of the session, the kernel itself, its log, its devices: no namespace stands between these and us. */
  readonly refused: readonly number[];
}

/** Numbers of the kernel's own tables: add_key, request_key, keyctl, bpf, perf_event_open, userfaultfd, kexec and module calls, reboot, swap, syslog, acct, open_by_handle_at, mounting, setns, ports. */
const architectures: Partial<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    socket: 41,
    ioctl: 16,
    foreignFrom: 0x40000000,
    refused: [
      ...[248, 249, 250, 321, 298, 323, 246, 320, 175, 313, 176, 169, 167, 168, 103, 163, 304],
      ...[165, 166, 155, 428, 429, 430, 431, 432, 433, 442, 308, 161, 172, 173, 139, 134, 227, 164, 170, 171],
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    socket: 198,
    ioctl: 29,
    refused: [
      ...[217, 218, 219, 280, 241, 282, 104, 294, 105, 273, 106, 142, 224, 225, 116, 89, 265],
      ...[40, 39, 41, 428, 429, 430, 431, 432, 433, 442, 268, 51, 112, 170, 161, 162],
    ],
  },
};

/** Unix, IPv4, IPv6 and netlink: what the network namespace holds. Others, such as vsock to the machine around a virtual one, it does not. */
const families = [1, 2, 10, 16];

/** TIOCSTI and TIOCLINUX, by which a terminal is made to read what nobody typed. */
const terminalTricks = [0x5412, 0x541c];

/** The filter of system calls for programs in the sandbox, as bubblewrap reads it; undefined for a processor that it is not written for. */
export function systemCallFilter(processor: string): Uint8Array | undefined {
  const architecture = architectures[processor];
  if (architecture === undefined) return undefined;
  const { audit, socket, ioctl, foreignFrom, refused } = architecture;
  const program: readonly Instruction[] = [
    [load, 0, 0, architectureAt],
    [jumpEqual, 1, 0, audit],
    [give, 0, 0, noSuchCall],
    [load, 0, 0, numberAt],
    ...(foreignFrom === undefined ? [] : refusedWhen(jumpAtLeast, foreignFrom, noSuchCall)),
    ...refused.flatMap((call) => refusedWhen(jumpEqual, call, notPermitted)),
    [jumpEqual, 0, families.length + 3, socket],
    [load, 0, 0, argumentAt(0)],
    ...families.map((family, index): Instruction => [jumpEqual, families.length - index, 0, family]),
    [give, 0, 0, noSuchFamily],
    [give, 0, 0, allow],
    [jumpEqual, 0, terminalTricks.length + 2, ioctl],
    [load, 0, 0, argumentAt(1)],
    ...terminalTricks.map((request, index): Instruction => {
      const after = terminalTricks.length - 1 - index;
      return [jumpEqual, after, after === 0 ? 1 : 0, request];
    }),
    [give, 0, 0, notPermitted],
    [give, 0, 0, allow],
  ];
  return encode(program);
}

function refusedWhen(jump: number, value: number, answer: number): readonly Instruction[] {
  return [
    [jump, 0, 1, value],
    [give, 0, 0, answer],
  ];
}

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, [code, jumpTrue, jumpFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(jumpTrue, 8 * index + 2);
    bytes.writeUInt8(jumpFalse, 8 * index + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * index + 4);
  }
  return bytes;
}
