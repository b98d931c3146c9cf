import { Redactor } from '../redaction/redactor.ts';
import { secretValues } from '../redaction/secretValues.ts';
import { valuesOfSecretFiles } from './secretFiles.ts';

/** How long what was found holds, in ms. */
const lookAgainMs = 30_000;

export interface SecretSourceOptions {
  /** The workspace folder, absolute. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Keys that are in use. */
  readonly held?: (() => Promise<readonly string[]>) | undefined;
}

/** Knows the secrets that a failure in a workspace could show: of our environment, of its files of credentials, and our own keys. */
export class SecretSource {
  readonly #options: SecretSourceOptions;
  #known: { readonly id: string; readonly redactor: Redactor } | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<Redactor> | undefined;

  constructor(options: SecretSourceOptions) {
    this.#options = options;
  }

  /** For texts that come up now. Never rejects. */
  async redactor(): Promise<Redactor> {
    if (this.#known !== undefined && performance.now() - this.#lookedAt < lookAgainMs) return this.#known.redactor;
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<Redactor> {
    const { root, env, held } = this.#options;
    const [files, keys] = await Promise.all([valuesOfSecretFiles(root), held?.().catch(() => []) ?? []]);
    const variables = Object.entries(env).map(([name, value = '']) => ({ name, value }));
    const values = [...keys, ...secretValues([...variables, ...files])];
    const id = JSON.stringify(values);
    if (this.#known?.id !== id) this.#known = { id, redactor: new Redactor(values) };
    this.#lookedAt = performance.now();
    return this.#known.redactor;
  }
}
