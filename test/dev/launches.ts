export interface Launch {
  /** The middle part of its suites' file names; `normal` for suites without one. */
  readonly name: string;
  readonly hasFolder: boolean;
  readonly isTrusted: boolean;
}

/** Each starts a VS Code of its own on a fresh copy of the sample project. */
export const launches: readonly Launch[] = [
  { name: 'normal', hasFolder: true, isTrusted: true },
  { name: 'restricted', hasFolder: true, isTrusted: false },
  { name: 'noFolder', hasFolder: false, isTrusted: true },
];
