import { isCredentialName } from './credentialNames.ts';
import { isName, isPublicId, looksRandom } from './looksRandom.ts';

/** What stands where a secret stood. */
export const secretMark = '<secret>';

/** What is recognised wherever it stands: [what it is, how it is recognised, what of it stays]. */
const table: readonly (readonly [name: string, pattern: RegExp, kept?: string])[] = [
  [
    'private key',
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ],
  [
    'end of a private key',
    /(?:^|(?<=\s))(?:[A-Za-z0-9+/=]{4,}(?:\\[nr]|\s)+)+-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/g,
  ],
  ['bearer', /\b(Bearer|Basic|Digest|ApiKey|Token)(\s+)(?=[\w.~+/=:-]*[\d=._~+/-])[\w.~+/=:-]{8,}/g, '$1$2'],
  ['authorization header', /(\bauthorization["']?\s*[:=]\s*["'`]?(?:\w+\s+)?)(?!<secret>)[\w.~+/=:-]{8,}/gi, '$1'],
  ['OpenAI or Anthropic key', /\bsk-(?=[\w-]*\d)[\w-]{16,}/g],
  ['GitHub token', /\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,})/g],
  ['GitLab token', /\b(?:glpat|gldt|glrt|glptt|glcbt|glft|glsoat)-[\w-]{16,}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{30,}/g],
  ['Slack token', /\b(?:xox[abceoprs]-[\w-]{10,}|xapp-[\w-]{16,})/g],
  [
    'Slack or Discord hook',
    /(https:\/\/(?:hooks\.slack\.com\/(?:services|workflows)|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks)\/)[\w/-]{16,}/g,
    '$1',
  ],
  ['AWS key id', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g],
  ['Google key', /\b(?:AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}|1\/\/0[\w-]{20,})/g],
  ['Stripe key', /\b(?:[rsp]k_(?:live|test)_\w{16,}|whsec_[\w+/=]{16,})/g],
  [
    'token of another service',
    /\b(?:hf_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{30,}|pplx-[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|sq0[a-z]{3}-[\w-]{22,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|dop_v1_[a-f0-9]{64}|doo_v1_[a-f0-9]{64}|pypi-[\w-]{50,}|rubygems_[a-f0-9]{48}|dckr_pat_[\w-]{20,}|hvs\.[\w-]{20,}|lin_api_\w{30,}|ntn_\w{30,}|secret_[A-Za-z0-9]{40,}|EAA[A-Za-z0-9]{60,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}|key-[0-9a-f]{32}|sntry[su]_[\w+/=-]{20,}|PMAK-[\w-]{30,}|figd_[\w-]{30,}|tfp_[\w-]{30,}|sbp_[a-f0-9]{40}|fly?o1_[\w-]{20,}|vercel_[\w-]{20,}|CFPAT-[\w-]{30,}|dapi[a-f0-9]{32}|glsa_\w{30,}|NRAK-[A-Z0-9]{27}|ATATT3\w{20,}|AKCp\w{20,})/g,
  ],
  ['JSON web token', /\beyJ[\w-]{8,}\.(?:[\w-]{8,}(?:\.[\w-]*)?)?/g],
  ['password in a URL', /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'`]*:)(?!<secret>@)[^\s/@"'`]+@/gi, '$1'],
];

/** `name = value`, `name: value`, `"name": "value"`, `name=value&`: both may stand in quotes, as often escaped as it comes. */
const assignment =
  /(?<![\w$.-])([\w$.-]{1,100})((?:\\{0,3}["'`]|\])?(?:\s*(?:=>|:=|[:=])\s*)\\{0,3}["'`]?)([^\s"'`,;(){}<>\\[\]|&]{6,500})/g;
/** `--name value`, `--name=value`. */
const option = /(?<![\w-])--?([A-Za-z][\w-]{0,99})([ =]["'`]?)([^\s"'`,;(){}<>\\[\]|&]{6,500})/g;

/** Text without anything in it that has the shape of a secret; the same text when there is none, and when it was cleaned before. */
export function hideShapes(text: string): string {
  // Nothing shorter has one, nor has what lacks both long words and the signs of an assignment.
  if (text.length < 8 || !/[\w+/=-]{12}|[:=]|--/.test(text)) return text;
  const withoutShapes = table.reduce(
    (rest, [name, pattern, kept = '']) =>
      rest.replaceAll(pattern, `${kept}${secretMark}${name === 'password in a URL' ? '@' : ''}`),
    text,
  );
  return hideAssigned(hideAssigned(withoutShapes, assignment), option);
}

/** What is no secret may be the name of the next one, so that it is looked at again. */
function hideAssigned(text: string, pattern: RegExp): string {
  const look = new RegExp(pattern);
  const rest = /[^\s"'`,;(){}<>\\[\]|&]*/y;
  let clean = '';
  let from = 0;
  for (let found = look.exec(text); found !== null; found = look.exec(text)) {
    const [whole, name = '', , value = ''] = found;
    const at = found.index + whole.length - value.length;
    if (!isAssignedSecret(name, value)) {
      look.lastIndex = at;
      continue;
    }
    clean += `${text.slice(from, at)}${secretMark}`;
    // What is judged is bounded, what is hidden is the whole of it.
    rest.lastIndex = found.index + whole.length;
    rest.test(text);
    from = rest.lastIndex;
    look.lastIndex = from;
  }
  return clean + text.slice(from);
}

/** Names whose value is a secret even when it reads like a word with a digit or a sign in it. */
const personal =
  /passw(or)?d|passphrase|(^|[_.-])(pass|pwd)$|secret|api_?-?key|auth_?-?token|access_?-?token|private_?-?key/i;

/** What says where a value comes from, or what kind it has to be. */
const reference = /^(?:process|import|os|env|config|this|self|options|settings|props|ctx|req|request)\.|^[$%]|\$\{/;

function isAssignedSecret(name: string, value: string): boolean {
  const last = name.split('.').at(-1) ?? name;
  if (!isCredentialName(last) || value.includes(secretMark) || reference.test(value)) return false;
  // A key to look something up by is no secret for being the sum of something.
  if (/key$/i.test(last) && !personal.test(last) && isPublicId(value)) return false;
  if (looksRandom(value)) return true;
  return personal.test(name) && /[A-Za-z0-9]/.test(value) && !isName(value);
}
