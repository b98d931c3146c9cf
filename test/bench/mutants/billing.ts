import { edit, type EditedProject } from './edit.ts';

/** Python, tested by pytest. */
export const billing: EditedProject = {
  name: 'billing',
  language: 'Python',
  runner: 'pytest',
  path: 'billing.py',
  command: ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider'],
  treacherous: [
    edit('operator', ['return amount - self.discount', 'return amount + self.discount']),
    edit('operator', ['amount + amount * VAT // 100', 'amount - amount * VAT // 100']),
    edit('rounding', ['amount * VAT // 100', 'amount * VAT / 100']),
    edit('constant', ['VAT = 20', 'VAT = 19']),
    edit('constant', ['return 15', 'return 25']),
    edit('default', ['discount=0)', 'discount=1)']),
    edit('default', ['wide=False', 'wide=True']),
    edit('default', ['count: int = 1', 'count: int = 2']),
    edit('boundary', ['item.count <= 0', 'item.count < 0']),
    edit('boundary', ['amount >= LIMIT', 'amount > LIMIT']),
    edit('boundary', ['low <= value < high', 'low <= value <= high']),
    edit('boundary', ['self.total() <= 0', 'self.total() < 0']),
    edit('boundary', ['item.price < price', 'item.price <= price']),
    edit('negation', ['country != "home"', 'country == "home"']),
    edit('negation', ['and name not in banned', 'and name in banned']),
    edit('logic', ['not self.items or self', 'not self.items and self']),
    edit('logic', ['name in members and', 'name in members or']),
    edit('statement', ['        self.items.append(item)\n', '']),
    edit('augmented', ['amount += item.price * item.count', 'amount = item.price * item.count']),
    edit('jump', ['            continue\n        position', '            break\n        position']),
    edit('jump', ['        position = index\n        break', '        position = index']),
    edit('slice', ['found[:limit]', 'found[1:limit]']),
    edit('call', [
      'found = sorted(item.name for item in self.items)',
      'found = list(item.name for item in self.items)',
    ]),
    edit('order', ['divmod(amount, parts)', 'divmod(parts, amount)']),
    edit('sides', ['[share + 1 if index < rest else share for', '[share if index < rest else share + 1 for']),
    edit('exception', ['raise ValueError("at least one part")', 'raise TypeError("at least one part")']),
    edit('message', ['"count must be positive"', '"count must be negative"']),
    edit('result', ['        return None', '        return 0']),
    edit('call', ['return abs(end - start)', 'return (end - start)']),
    edit('format', ['|{item.price:>4}', '|{item.price:<4}']),
    edit('argument', ['merged.get(name, 0)', 'merged.get(name, 1)']),
    edit('copy', ['merged = dict(first)', 'merged = first']),
    edit('operator', ['sum(values) / len(values)', 'sum(values) // len(values)']),
    edit('result', ['return 0.0', 'return 1.0']),
    edit('loop', ['while start > 0:', 'while start > 1:']),
    edit('step', ['        start -= 1', '        start -= 2']),
    edit('attribute', ['item.price * item.count', 'item.price * item.price']),
    edit('two places', ['amount >= LIMIT', 'amount > LIMIT'], ['return abs(end - start)', 'return abs(start - end)']),
  ],
  honest: [
    edit('extract function', [
      '        amount = 0\n        for item in self.items:\n            amount += item.price * item.count\n        return amount - self.discount',
      '        return self._gross() - self.discount\n\n    def _gross(self):\n        amount = 0\n        for item in self.items:\n            amount += item.price * item.count\n        return amount',
    ]),
    edit('loop to comprehension', [
      '        amount = 0\n        for item in self.items:\n            amount += item.price * item.count\n        return amount - self.discount',
      '        return sum(item.price * item.count for item in self.items) - self.discount',
    ]),
    edit('extract variable', [
      '    return amount + amount * VAT // 100',
      '    tax = amount * VAT // 100\n    return amount + tax',
    ]),
    edit('named constant', ['VAT = 20\n', 'VAT = 20\nABROAD = 15\n'], ['return 15', 'return ABROAD']),
    edit('guard clause', [
      '    if amount >= LIMIT:\n        return 0\n    if country != "home":\n        return 15\n    return 5',
      '    if amount < LIMIT:\n        if country == "home":\n            return 5\n        return 15\n    return 0',
    ]),
    edit('early return', [
      '    position = -1\n    for index, item in enumerate(items):\n        if item.price < price:\n            continue\n        position = index\n        break\n    return position',
      '    for index, item in enumerate(items):\n        if item.price >= price:\n            return index\n    return -1',
    ]),
    edit('condition to if', [
      '    return [share + 1 if index < rest else share for index in range(parts)]',
      '    shares = []\n    for index in range(parts):\n        if index < rest:\n            shares.append(share + 1)\n        else:\n            shares.append(share)\n    return shares',
    ]),
    edit('inline variable', [
      '        found = sorted(item.name for item in self.items)\n        if limit is not None:\n            found = found[:limit]\n        return found',
      '        if limit is not None:\n            return sorted(item.name for item in self.items)[:limit]\n        return sorted(item.name for item in self.items)',
    ]),
    edit('f-string to format', [
      'return f"{item.name:<{width}}|{item.price:>4}"',
      'return "{:<{}}|{:>4}".format(item.name, width, item.price)',
    ]),
    edit('if to expression', [
      '    width = 12 if wide else 6\n',
      '    if wide:\n        width = 12\n    else:\n        width = 6\n',
    ]),
    edit('chained comparison', ['return low <= value < high', 'return value >= low and value < high']),
    edit(
      'rename local',
      ['    merged = dict(first)', '    result = dict(first)'],
      [
        '        merged[name] = merged.get(name, 0) + amount\n    return merged',
        '        result[name] = result.get(name, 0) + amount\n    return result',
      ],
    ),
    edit('de Morgan', [
      'return name in members and name not in banned',
      'return not (name not in members or name in banned)',
    ]),
    edit('inverted condition', [
      '    if not values:\n        return 0.0\n    return sum(values) / len(values)',
      '    if values:\n        return sum(values) / len(values)\n    return 0.0',
    ]),
    edit('loop to range', [
      '    steps = []\n    while start > 0:\n        steps.append(start)\n        start -= 1\n    return steps',
      '    return list(range(start, 0, -1))',
    ]),
    edit(
      'extract helper',
      ['def shipping(amount', 'def _is_abroad(country):\n    return country != "home"\n\n\ndef shipping(amount'],
      ['    if country != "home":', '    if _is_abroad(country):'],
    ),
    {
      ...edit('move to another file', ['VAT = 20\n', 'from rates import VAT\n\n']),
      creates: { 'rates.py': 'VAT = 20\n' },
    },
    edit(
      'extract check',
      [
        '        if item.count <= 0:\n            raise ValueError("count must be positive")\n        self.items',
        '        self._check(item)\n        self.items',
      ],
      [
        '    def total(self):',
        '    @staticmethod\n    def _check(item):\n        if item.count <= 0:\n            raise ValueError("count must be positive")\n\n    def total(self):',
      ],
    ),
    edit('divmod apart', [
      '    share, rest = divmod(amount, parts)\n',
      '    share = amount // parts\n    rest = amount % parts\n',
    ]),
    edit('setdefault', [
      '        merged[name] = merged.get(name, 0) + amount',
      '        merged.setdefault(name, 0)\n        merged[name] += amount',
    ]),
  ],
};
