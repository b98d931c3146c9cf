import { askUpstream, type UpstreamAddress, type UpstreamAnswer } from './upstreamHttp.ts';
import { errorIn } from './upstreamError.ts';

export type UpstreamApi = 'responses' | 'chat';

export type Detection =
  /** `baseUrl` when the server is not where it was said to be, but below `/v1` there. */
  | { readonly kind: 'found'; readonly api: UpstreamApi; readonly baseUrl?: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Which of the two protocols the server at this address speaks, by what it says to empty requests; a reason when nobody is there. */
export async function detectApi(address: UpstreamAddress, signal: AbortSignal): Promise<Detection> {
  const answer = await askUpstream(address, '/responses', {}, signal);
  const failure = failureOf(answer);
  if (failure) return failure;
  if (!isMissing(answer)) return { kind: 'found', api: 'responses' };
  if (hasVersion(address.baseUrl)) return { kind: 'found', api: 'chat' };
  const chat = await askUpstream(address, '/chat/completions', {}, signal);
  if (!isMissing(chat)) return { kind: 'found', api: 'chat' };
  const baseUrl = await versionedAddress(address, '', signal);
  if (baseUrl === undefined) return { kind: 'failed', reason: nothingAt(address.baseUrl) };
  const found = await detectApi({ ...address, baseUrl }, signal);
  return found.kind === 'found' ? { ...found, baseUrl } : found;
}

/** The same address with `/v1`, when that is what was left out: a server answers there. `said` is what it says without. */
export async function versionedAddress(
  address: UpstreamAddress,
  said: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Where there is no such model there is such a path.
  if (hasVersion(address.baseUrl) || /\bmodel\b/i.test(said)) return undefined;
  const baseUrl = `${address.baseUrl.replace(/\/+$/, '')}/v1`;
  const answer = await askUpstream({ ...address, baseUrl }, '/models', undefined, signal);
  return isMissing(answer) || (answer.kind === 'refused' && !isAnswer(answer)) ? undefined : baseUrl;
}

function hasVersion(baseUrl: string): boolean {
  return /\/v\d+(?:\w*)(?:\/|$)/.test(new URL(baseUrl).pathname);
}

function failureOf(answer: UpstreamAnswer): Detection | undefined {
  if (answer.kind !== 'refused') return undefined;
  const { code, message } = answer.refusal;
  const isFailure = ['upstream_unreachable', 'upstream_redirects', 'upstream_key_refused'].includes(code);
  return isFailure ? { kind: 'failed', reason: message } : undefined;
}

/** True when there is nothing at this path; some servers say so with a page, or with 200. */
function isMissing(answer: UpstreamAnswer): boolean {
  if (answer.kind === 'json') return /unexpected endpoint/i.test(errorIn(answer.value)?.message ?? '');
  if (answer.kind !== 'refused') return false;
  const { status, code, message } = answer.refusal;
  if (code === 'upstream_invalid') return true;
  return (status === 404 && !/\bmodel\b/i.test(message)) || status === 405 || status === 501;
}

/** A list of models that is not shown without a key is there. */
function isAnswer({ refusal }: UpstreamAnswer & { readonly kind: 'refused' }): boolean {
  return refusal.code === 'upstream_key_refused';
}

function nothingAt(baseUrl: string): string {
  return `${baseUrl} has neither /responses nor /chat/completions, and /v1 there does not answer either: give --upstream the base URL that the server's own documentation names, or say --api chat.`;
}
