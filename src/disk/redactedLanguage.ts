import type { LanguageFeatures } from '../workspace/language.ts';
import type { SecretSource } from './secretSource.ts';

/** The same features, whose diagnostics tell no secret: compilers and linters cite what stands in the code. */
export function redactedLanguage(inner: LanguageFeatures, secrets: Pick<SecretSource, 'redactor'>): LanguageFeatures {
  return {
    outline: (path, text, signal) => inner.outline(path, text, signal),
    diagnostics: async (paths, signal) => {
      const found = await inner.diagnostics(paths, signal);
      const redactor = await secrets.redactor();
      if (found.kind === 'unavailable') return { ...found, reason: redactor.text(found.reason) };
      const diagnostics = found.diagnostics.map((one) => ({ ...one, message: redactor.text(one.message) }));
      return { kind: 'diagnostics', diagnostics };
    },
  };
}
