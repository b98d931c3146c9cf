import { edit, type EditedProject } from './edit.ts';

/** Python, tested by unittest. */
export const texts: EditedProject = {
  name: 'texts',
  language: 'Python',
  runner: 'unittest',
  path: 'texts.py',
  command: ['python3', '-m', 'unittest'],
  treacherous: [
    edit('regex', ['[a-z]+', '[a-z]*']),
    edit('default', ['separator="-"', 'separator="_"']),
    edit('dropped call', ['_WORD.findall(text.lower())', '_WORD.findall(text)']),
    edit('slice', ['letters[::-1]', 'letters[::1]']),
    edit('condition dropped', [' if c.isalpha()]', ']']),
    edit('boundary', ['len(text) <= width', 'len(text) < width']),
    edit('constant', ['width - 3', 'width - 2']),
    edit('text', ['"..."', '".."']),
    edit('text', ['"aeiou"', '"aeio"']),
    edit('step', ['count += 1', 'count += 2']),
    edit('text', ['part[0].upper() + "."', 'part[0].upper() + ","']),
    edit('index', ['part[0].upper()', 'part[-1].upper()']),
    edit('operator', ['result += part[0]', 'result = part[0]']),
    edit('sign', ['        return -1\n', '        return 1\n']),
    edit('comparator', ['first > second', 'first >= second']),
    edit('order', ['text[by:] + text[:by]', 'text[:by] + text[by:]']),
    edit('operator', ['by %= len(text)', 'by //= len(text)']),
    edit('negation', ['if not mark:', 'if mark:']),
    edit('dropped call', ['return head.rstrip()', 'return head']),
    edit('operator', ['flags |= 1', 'flags &= 1']),
    edit('raise dropped', ['            raise KeyError(name)', '            continue']),
    edit('jump', ['        if value is None:\n            continue', '        if value is None:\n            break']),
    edit('is', ['value is None', 'value is not None']),
    edit('join', ['"\\n".join', '" ".join']),
    edit('boundary', ['if count > 1}', 'if count >= 1}']),
    edit('result', ['        return low', '        return high']),
    edit('default', ['high=10', 'high=9']),
    edit('return dropped', [
      '            continue\n        return value',
      '            continue\n        default = value',
    ]),
  ],
  honest: [
    edit(
      'inline constant',
      ['_WORD = re.compile(r"[a-z]+")\n\n\n', ''],
      ['_WORD.findall(text.lower())', 're.findall(r"[a-z]+", text.lower())'],
    ),
    edit('extract variable', [
      '    return _WORD.findall(text.lower())',
      '    lowered = text.lower()\n    return _WORD.findall(lowered)',
    ]),
    edit('reversed', ['letters == letters[::-1]', 'letters == list(reversed(letters))']),
    edit('else branch', [
      '        return text\n    return text[: width - 3] + "..."',
      '        return text\n    else:\n        return text[: width - 3] + "..."',
    ]),
    edit('f-string', ['return text[: width - 3] + "..."', 'return f"{text[: width - 3]}..."']),
    edit('loop to sum', [
      '    count = 0\n    for c in text:\n        if c in "aeiou" or c in "AEIOU":\n            count += 1\n    return count',
      '    return sum(1 for c in text if c in "aeiouAEIOU")',
    ]),
    edit(
      'named constant',
      ['_WORD = re', 'VOWELS = "aeiou"\n_WORD = re'],
      ['c in "aeiou" or c in "AEIOU"', 'c in VOWELS or c in VOWELS.upper()'],
    ),
    edit('loop to join', [
      '    parts = name.split()\n    result = ""\n    for part in parts:\n        result += part[0].upper() + "."\n    return result',
      '    return "".join(part[0].upper() + "." for part in name.split())',
    ]),
    edit('elif', ['        return -1\n    if first > second:', '        return -1\n    elif first > second:']),
    edit('extract variable', [
      '    by %= len(text)\n    return text[by:] + text[:by]',
      '    start = by % len(text)\n    return text[start:] + text[:start]',
    ]),
    edit('split', [
      '    head, mark, _ = line.partition("#")\n    if not mark:\n        return line\n    return head.rstrip()',
      '    if "#" not in line:\n        return line\n    return line.split("#", 1)[0].rstrip()',
    ]),
    edit('extract function', [
      'def to_flags(names):\n    flags = 0\n    known = ["read", "write", "run"]\n    for name in names:\n        if name not in known:\n            raise KeyError(name)\n        flags |= 1 << known.index(name)\n    return flags',
      'KNOWN = ["read", "write", "run"]\n\n\ndef _flag(name):\n    if name not in KNOWN:\n        raise KeyError(name)\n    return 1 << KNOWN.index(name)\n\n\ndef to_flags(names):\n    flags = 0\n    for name in names:\n        flags |= _flag(name)\n    return flags',
    ]),
    edit('joined conditions', [
      '        if value is None:\n            continue\n        if value == "":\n            continue\n        return value',
      '        if value is None or value == "":\n            continue\n        return value',
    ]),
    edit('inverted', [
      '        if value is None:\n            continue\n        if value == "":\n            continue\n        return value',
      '        if value is not None and value != "":\n            return value',
    ]),
    edit('comprehension', [
      '    lines = []\n    for name, value in rows:\n        lines.append("{}: {}".format(name, value))\n    return "\\n".join(lines)',
      '    return "\\n".join(f"{name}: {value}" for name, value in rows)',
    ]),
    edit('format to f-string', ['"{}: {}".format(name, value)', 'f"{name}: {value}"']),
    edit('rename', [
      '    result = {}\n    for word in words(text):\n        result[word] = result.get(word, 0) + 1\n    return {word: count for word, count in result.items() if count > 1}',
      '    seen = {}\n    for word in words(text):\n        seen[word] = seen.get(word, 0) + 1\n    return {word: count for word, count in seen.items() if count > 1}',
    ]),
    edit('min and max', [
      '    if value < low:\n        return low\n    if value > high:\n        return high\n    return value',
      '    return max(low, min(value, high))',
    ]),
    edit('nested', [
      '    if value < low:\n        return low\n    if value > high:\n        return high\n    return value',
      '    if value > high:\n        return high\n    return low if value < low else value',
    ]),
    edit('comprehension to loop', [
      '    return {word: count for word, count in result.items() if count > 1}',
      '    repeated = {}\n    for word, count in result.items():\n        if count > 1:\n            repeated[word] = count\n    return repeated',
    ]),
  ],
};
