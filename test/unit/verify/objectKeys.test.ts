import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import { edit } from '../../support/changes.ts';

const { signal } = new AbortController();

async function api(before: string, after: string): Promise<string> {
  const proposal = createProposal([edit('a.js', before, after)]);
  return (await inspect(proposal, { goal: '', focus: [] }, { allowsTestEdits: true }, signal)).checks.api.kind;
}

const own = 'const one = 1;\nconst two = (a) => a;\nconst own = { two };\n';
/** Ways to write an object with the keys `one` and `two`. */
const forms: readonly string[] = [
  `${own}module.exports = { one, two };\n`,
  `${own}module.exports = Object.assign({ one }, own);\n`,
  `${own}module.exports = { one, ...own };\n`,
  `${own}module.exports = Object.freeze({ ...own, one });\n`,
  `${own}module.exports = Object.freeze(Object.assign(Object.create(null), own, { one }));\n`,
  `${own}const all = { one };\nall.two = two;\nmodule.exports = all;\n`,
  `${own}const all = {};\nObject.assign(all, own, { one });\nmodule.exports = all;\n`,
  `${own}module.exports = Object.defineProperties({}, { one: { value: one, enumerable: true }, two: { value: two, enumerable: true } });\n`,
  `${own}const all = { one };\nObject.defineProperty(all, 'two', { enumerable: true, value: two });\nmodule.exports = all;\n`,
  `${own}Object.assign(module.exports, { one }, { two });\n`,
  `${own}exports.one = one;\nexports.two = two;\n`,
  `${own}module.exports = { one, ['two']: two };\n`,
];

describe('the keys of an exported object', () => {
  for (const [index, before] of forms.entries())
    it(`are kept by each other way to write it: ${before.slice(own.length)}`, async () => {
      for (const after of [...forms.slice(index), ...forms.slice(0, index)])
        assert.equal(await api(before, after), 'passed', `${before}\n--\n${after}`);
    });

  it('may grow', async () => {
    for (const before of forms)
      assert.equal(await api(before, `${own}module.exports = { one, two, three: 3 };\n`), 'passed', before);
  });

  it('that are gone are gone, however it was and is written', async () => {
    for (const before of forms)
      for (const after of [
        `${own}module.exports = Object.assign({ one }, {});\n`,
        `${own}module.exports = { ...own };\n`,
        `${own}const all = { one };\nmodule.exports = Object.freeze(all);\n`,
      ])
        assert.equal(await api(before, after), 'failed', `${before}\n--\n${after}`);
  });

  it('are a doubt where they come from elsewhere, before or after', async () => {
    const open = `${own}module.exports = Object.assign({ one }, require('./b'));\n`;
    for (const form of forms) {
      assert.equal(await api(open, form), 'doubtful', form);
      assert.equal(await api(form, open), 'doubtful', form);
    }
    assert.equal(
      await api(
        open,
        open.replace('Object.assign({ one }, ', '{ one, ...').replace("'))", "') }").replace("('./b');", "('./b') };"),
      ),
      'passed',
    );
    assert.equal(await api(`${own}module.exports = make(own);\n`, forms[0] ?? ''), 'doubtful');
    const lost = `${own}const all = { one, two };\ndelete all.two;\nmodule.exports = all;\n`;
    assert.notEqual(await api(lost, `${own}module.exports = { one };\n`), 'passed');
  });

  it('are a doubt where a descriptor may hide them, or computes them', async () => {
    for (const descriptor of ['{ value: two }', '{ enumerable: true, get: () => two }', 'describe(two)'])
      assert.equal(
        await api(
          forms[0] ?? '',
          `${own}const all = { one };\nObject.defineProperty(all, 'two', ${descriptor});\nmodule.exports = all;\n`,
        ),
        'doubtful',
        descriptor,
      );
  });

  it('say nothing of what cannot be called any more', async () => {
    assert.equal(await api('module.exports = (a) => a;\n', forms[0] ?? ''), 'failed');
    assert.equal(
      await api(forms[0] ?? '', `${own}module.exports = Object.assign({ one }, { two: () => 1 });\n`),
      'doubtful',
    );
  });
});
