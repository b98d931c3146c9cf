import type { SecretStorage } from 'vscode';

/** API keys in the editor's secret storage, one for each origin; a key is never given out for another origin. */
export class ApiKeys {
  readonly #secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>;

  constructor(secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>) {
    this.#secrets = secrets;
  }

  async get(baseUrl: string): Promise<string | undefined> {
    return this.#secrets.get(nameOf(baseUrl));
  }

  async set(baseUrl: string, key: string): Promise<void> {
    await this.#secrets.store(nameOf(baseUrl), key);
  }

  async remove(baseUrl: string): Promise<void> {
    await this.#secrets.delete(nameOf(baseUrl));
  }
}

/** What is wrong with a key as typed, or undefined; a header can carry nothing but visible ASCII. */
export function keyProblem(key: string): string | undefined {
  if (key.length > 4_096) return 'This is too long for a key.';
  return /[^\x21-\x7e]/.test(key) ? 'A key has no spaces and no special characters.' : undefined;
}

function nameOf(baseUrl: string): string {
  return `whetstone.key:${new URL(baseUrl).origin}`;
}
