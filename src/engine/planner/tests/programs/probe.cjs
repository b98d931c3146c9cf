// Runs in the tests of the project: writes values as expressions, calls, and tells what came of it by failing. It stands between the
// import of what is called and the tests, in a module of either kind.
/* exported tell */

// Results are told in messages, which tools cut: in bytes of JSON.
const maxResult = 480;

const unfit = (reason) => {
  throw { unfit: reason };
};
const show = (value, around = []) => {
  if (value === undefined || value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') unfit('a ' + typeof value);
  if (around.includes(value)) unfit('something that holds itself');
  if (around.length > 6) unfit('something deeply nested');
  const inner = [...around, value];
  if (Object.getOwnPropertySymbols(value).length > 0) unfit('an object with symbols');
  if (Array.isArray(value)) {
    if (Object.keys(value).length !== value.length) unfit('a list with gaps');
    return '[' + value.map((one) => show(one, inner)).join(', ') + ']';
  }
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? unfit('an invalid date') : "new Date('" + value.toISOString() + "')";
  if (value instanceof Set) return 'new Set([' + [...value].map((one) => show(one, inner)).join(', ') + '])';
  if (value instanceof Map) return 'new Map([' + [...value].map((one) => show(one, inner)).join(', ') + '])';
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) unfit('an object of a class');
  const entries = Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, field]) => {
    if (!('value' in field) || !field.enumerable || key === '__proto__') unfit('an object with accessors');
    return (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)) + ': ' + show(field.value, inner);
  });
  return entries.length === 0 ? '{}' : '{ ' + entries.join(', ') + ' }';
};
const observe = async (call, values) => {
  const before = values.map((value) => show(value));
  let isPromise = false;
  try {
    const result = call(...values);
    isPromise = typeof result?.then === 'function';
    const text = show(await result);
    const changed = values.map((value, index) => [index, show(value)]).filter(([index, now]) => now !== before[index]);
    return { text, isPromise, changed };
  } catch (error) {
    if (error?.unfit !== undefined) return error;
    if (!(error instanceof Error)) return { unfit: 'a thrown value that is no error' };
    return { name: String(error.name), message: String(error.message), isPromise };
  }
};
const escaped = (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0');
const written = (json, isWord) => (isWord ? Buffer.from(json).toString('base64') : json.replace(/[^ -~]/g, escaped));
const tell = async (number, find, makeValues, isWord) => {
  let told = { number };
  try {
    told = { number, ...(await observe(find(), makeValues())) };
  } catch {
    told = { number, unfit: 'something that cannot be looked at' };
  }
  let json = JSON.stringify(told);
  if (json.length > maxResult) json = JSON.stringify({ number, unfit: 'a long result' });
  const error = new Error('probe:' + written(json, isWord) + ':eborp');
  error.stack = error.message;
  throw error;
};
