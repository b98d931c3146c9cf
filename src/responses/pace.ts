/** Time and chance, so that tests can set both. `now` is in ms and never goes back; `random` is in [0, 1). */
export interface Pace {
  now(): number;
  random(): number;
}
