import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { withoutComments, withoutTexts } from '../../../src/languages/texts/plainTokens.ts';
import { countTests } from '../../../src/verify/guard/otherTests.ts';

const paths = ['a.go', 'a.rs', 'a.py', 'a.rb', 'A.java', 'a.php', 'a.kt'];

describe('tokens of languages without a parser', () => {
  it('leave comments out, but nothing that only looks like one', () => {
    const cases: readonly [path: string, code: string, left: string][] = [
      ['a.go', 'get("http://a"); t.Fatal() // why', 'get("http://a"); t.Fatal() '],
      ['a.go', 'a := `//` /* gone\n */ + "\\"//"', 'a := `//`  + "\\"//"'],
      ['a.go', "a := '\"' // gone", "a := '\"' "],
      ['a.rs', "fn a<'a>(b: &'a str) // gone", "fn a<'a>(b: &'a str) "],
      ['a.rb', 'expect("#{a}").to eq 1 # gone', 'expect("#{a}").to eq 1 '],
      ['a.php', "get('http://a'); // gone", "get('http://a'); "],
      ['A.java', 'a = """\n  // stays\n  """; // gone', 'a = """\n  // stays\n  """; '],
    ];
    for (const [path, code, left] of cases) assert.equal(withoutComments(path, code), left);
  });

  it('keep every offset and line where texts are blanked out', () => {
    const piece = fc.constantFrom('"', "'", '`', '/*', '*/', '//', '#', '\\', '\n', '"""', 'a', ' + ', 'http:');
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.array(piece, { maxLength: 40 }), (path, pieces) => {
        const code = pieces.join('');
        const blanked = withoutTexts(path, code);
        assert.equal(blanked.length, code.length);
        for (const [at, letter] of [...blanked].entries()) assert.ok(letter === code[at] || letter === ' ');
        assert.equal(blanked.split('\n').length, code.split('\n').length);
      }),
    );
  });

  it('show an assertion that is taken away behind an address', () => {
    const rows: readonly [path: string, before: string, after: string][] = [
      ['a_test.go', 'get("http://a"); assert.Equal(t, a, b)', 'get("http://a")'],
      ['ATest.java', 'get("http://a"); assertEquals(a, b);', 'get("http://a");'],
      ['a_spec.rb', 'it "a" do expect("#{a}").to(eq 1); expect(b) end', 'it "a" do expect("#{a}") end'],
    ];
    for (const [path, before, after] of rows)
      assert.ok(countTests(path, after).assertions < countTests(path, before).assertions, path);
  });
});
