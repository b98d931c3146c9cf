/** The address of the WebSocket that belongs to a base URL, or what is wrong with the base URL. */
export type EndpointAddress =
  { readonly kind: 'valid'; readonly url: URL } | { readonly kind: 'invalid'; readonly detail: string };

/**
 * Turns a base URL such as `https://host/v1` into `wss://host/v1/responses`; a query is kept.
 * Plain http is valid on loopback hosts only, so that a key never travels in clear text.
 */
export function webSocketAddress(base: string): EndpointAddress {
  const address = httpAddress(base, 'responses');
  if (address.kind === 'valid') address.url.protocol = address.url.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}

/** The http or https address of `path` below the base URL; valid for the same base URLs as the WebSocket. */
export function httpAddress(base: string, path: string): EndpointAddress {
  if (!URL.canParse(base)) return { kind: 'invalid', detail: `"${base}" is not a URL such as https://host/v1` };
  const url = new URL(base);
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  if (!isSecure && url.protocol !== 'http:' && url.protocol !== 'ws:')
    return { kind: 'invalid', detail: `${url.protocol}// is not supported, use https://` };
  if (url.username !== '' || url.password !== '')
    return { kind: 'invalid', detail: 'the address must not hold a user name or password' };
  if (!isSecure && !isLoopback(url.hostname))
    return { kind: 'invalid', detail: `plain http is allowed on loopback only, use https:// for ${url.hostname}` };
  // A non-special scheme cannot be set on a special URL, but these four are all special.
  url.protocol = isSecure ? 'https:' : 'http:';
  url.hash = '';
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return { kind: 'valid', url };
}

/** True for hosts that never leave this machine; `hostname` as the URL parser gives it. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
