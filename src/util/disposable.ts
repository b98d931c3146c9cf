/** Something that is released by one call; calling it again does nothing. */
export interface Disposable {
  dispose(): void;
}

/** Wraps a function so that it runs at most once. */
export function toDisposable(release: () => void): Disposable {
  let isReleased = false;
  return {
    dispose() {
      if (isReleased) return;
      isReleased = true;
      release();
    },
  };
}
