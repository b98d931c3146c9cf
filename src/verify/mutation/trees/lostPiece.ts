/** A piece of the old text, and what stands there when it is taken out. */
export interface LostPiece {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}
