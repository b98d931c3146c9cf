/** Anywhere in a name, written `LIKE_THIS`. */
const telling =
  /SECRET|TOKEN(?!IZ)|PASSWORD|PASSWD|PASSPHRASE|SSHPASS|API_?KEY|CREDENTIAL|PRIVATE_?KEY|ACCESS_?KEY|(AUTH|MASTER|SIGNING|ENCRYPTION|ACCOUNT|SERVICE|STORAGE|SHARED|ADMIN|DEPLOY|LICENSE)_?KEY|BEARER|CONNECTION_?STRING/;
/** At the end of one. */
const ending = /(^|_)(KEY|PASS|PWD|AUTH|COOKIE|PAT|JWT|DSN|SALT|PEPPER)(_\d+)?$/;
const harmless =
  /^(OLD)?PWD$|^SSH_AUTH_SOCK$|^XAUTHORITY$|^(SSH|GIT|SUDO)_ASKPASS$|(_|^)(PUBLIC_?KEY|KEY_?(ID|NAME|TYPE|SIZE|LENGTH))$/;

/** Whether a variable, a setting or a field by this name commonly holds a password, key or token. */
export function isCredentialName(name: string): boolean {
  const upper = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[-.:\s]+/g, '_')
    .toUpperCase();
  if (harmless.test(upper) && !/ACCESS_?KEY_?ID$/.test(upper)) return false;
  return telling.test(upper) || ending.test(upper);
}

/** Whether a value is an address with a password in it. */
export function holdsPassword(value: string): boolean {
  return /:\/\/[^/\s@]*:[^/\s@]+@/.test(value);
}
