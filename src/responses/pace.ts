/**
 * Time and chance, so that tests can set both. `now` is in ms and never goes back; `random` is in [0, 1). `sleep` and `date`, in ms since
 * 1970, are those of the machine where they are absent.
 */
export interface Pace {
  now(): number;
  random(): number;
  sleep?(this: void, ms: number, signal: AbortSignal): Promise<void>;
  date?(this: void): number;
}
