import { edit, type EditedProject } from './edit.ts';

/** Go. */
export const ledger: EditedProject = {
  name: 'ledger',
  language: 'Go',
  runner: 'go test',
  path: 'ledger.go',
  command: ['go', 'test', './...'],
  treacherous: [
    edit('constant', ['const fee = 2', 'const fee = 3']),
    edit('constant', ['const dayLimit = 500', 'const dayLimit = 501']),
    edit('boundary', ['amount <= 0', 'amount < 0']),
    edit('logic', ['a.closed || amount', 'a.closed && amount']),
    edit('operator', ['a.Balance += amount', 'a.Balance -= amount']),
    edit('dropped append', ['\ta.history = append(a.history, amount)\n', '']),
    edit('boundary', ['amount > dayLimit', 'amount >= dayLimit']),
    edit('error dropped', ['\t\treturn ErrLimit', '\t\treturn nil']),
    edit('operator', ['cost := amount + fee', 'cost := amount - fee']),
    edit('operand', ['if a.Balance+a.Credit < cost {', 'if a.Balance < cost {']),
    edit('boundary', ['if a.Balance+a.Credit < cost {', 'if a.Balance+a.Credit <= cost {']),
    edit('format', ['"short of %d"', '"short by %d"']),
    edit('sign', ['append(a.history, -amount)', 'append(a.history, amount)']),
    edit('defer', ['defer func() { a.closed = true }()', 'defer func() { a.closed = false }()']),
    edit('statement', ['\ta.Balance = 0\n', '']),
    edit('slice', ['a.history[len(a.history)-count:]', 'a.history[:count]']),
    edit('jump', ['\t\t\tcontinue', '\t\t\tbreak']),
    edit('operator', ['total += account.Balance', 'total = account.Balance']),
    edit('constant', ['best := -1', 'best := 0']),
    edit('boundary', ['account.Balance > accounts[best].Balance', 'account.Balance >= accounts[best].Balance']),
    edit('boundary', ['case amount < 10:', 'case amount <= 10:']),
    edit('text', ['return "medium"', 'return "middle"']),
    edit('case', ['case "gold", "platinum":', 'case "gold":']),
    edit('result', ['\t\treturn 2\n', '\t\treturn 3\n']),
    edit('argument', ['strings.SplitN(line, "=", 2)', 'strings.SplitN(line, "=", 3)']),
    edit('dropped call', ['strconv.Atoi(strings.TrimSpace(parts[1]))', 'strconv.Atoi(parts[1])']),
    edit('error dropped', ['\t\treturn "", 0, err\n', '\t\treturn "", 0, nil\n']),
    edit('index', ['return parts[0], amount, nil', 'return parts[1], amount, nil']),
    edit('statement', ['\tsort.Strings(names)\n', '\tsort.Strings(nil)\n']),
    edit('step', ['saved += rate {', 'saved += rate + 1 {']),
    edit('loop', ['saved < target', 'saved <= target']),
    edit('logic', ['low <= value && value <= high', 'low <= value || value <= high']),
    edit('order', ['return amount / people, amount % people', 'return amount % people, amount / people']),
    edit('text', ['" (closed)"', '" (open)"']),
    edit('dropped call', ['counts[strings.ToLower(word)]++', 'counts[word]++']),
    edit('step', ['counts[strings.ToLower(word)]++', 'counts[strings.ToLower(word)]--']),
    edit('negation', ['value != 0', 'value == 0']),
  ],
  honest: [
    edit(
      'extract function',
      [
        '\tcost := amount + fee\n\tif a.Balance+a.Credit < cost {\n\t\treturn fmt.Errorf("short of %d", cost-a.Balance-a.Credit)\n\t}\n',
        '\tcost := amount + fee\n\tif err := a.afford(cost); err != nil {\n\t\treturn err\n\t}\n',
      ],
      [
        '// Close closes',
        'func (a *Account) afford(cost int) error {\n\tif a.Balance+a.Credit < cost {\n\t\treturn fmt.Errorf("short of %d", cost-a.Balance-a.Credit)\n\t}\n\treturn nil\n}\n\n// Close closes',
      ],
    ),
    edit('extract variable', [
      '\tif a.Balance+a.Credit < cost {\n\t\treturn fmt.Errorf("short of %d", cost-a.Balance-a.Credit)',
      '\tavailable := a.Balance + a.Credit\n\tif available < cost {\n\t\treturn fmt.Errorf("short of %d", cost-available)',
    ]),
    edit('split condition', [
      '\tif a.closed || amount <= 0 {\n\t\treturn errors.New("cannot deposit")\n\t}',
      '\tif a.closed {\n\t\treturn errors.New("cannot deposit")\n\t}\n\tif amount <= 0 {\n\t\treturn errors.New("cannot deposit")\n\t}',
    ]),
    edit('inverted loop', [
      '\t\tif account.closed {\n\t\t\tcontinue\n\t\t}\n\t\ttotal += account.Balance\n',
      '\t\tif !account.closed {\n\t\t\ttotal += account.Balance\n\t\t}\n',
    ]),
    edit('index loop', [
      '\tfor _, account := range accounts {\n\t\tif account.closed {',
      '\tfor i := range accounts {\n\t\taccount := accounts[i]\n\t\tif account.closed {',
    ]),
    edit('rename', [
      '\ttotal := 0\n\tfor _, account := range accounts {\n\t\tif account.closed {\n\t\t\tcontinue\n\t\t}\n\t\ttotal += account.Balance\n\t}\n\treturn total',
      '\tsum := 0\n\tfor _, account := range accounts {\n\t\tif account.closed {\n\t\t\tcontinue\n\t\t}\n\t\tsum += account.Balance\n\t}\n\treturn sum',
    ]),
    edit('switch to if', [
      '\tswitch {\n\tcase amount < 10:\n\t\treturn "small"\n\tcase amount < 100:\n\t\treturn "medium"\n\tdefault:\n\t\treturn "large"\n\t}',
      '\tif amount < 10 {\n\t\treturn "small"\n\t}\n\tif amount < 100 {\n\t\treturn "medium"\n\t}\n\treturn "large"',
    ]),
    edit('switch to if', [
      '\tswitch name {\n\tcase "gold", "platinum":\n\t\treturn 2\n\tcase "silver":\n\t\treturn 1\n\t}\n\treturn 0',
      '\tif name == "gold" || name == "platinum" {\n\t\treturn 2\n\t}\n\tif name == "silver" {\n\t\treturn 1\n\t}\n\treturn 0',
    ]),
    edit('default case', ['\t\treturn 1\n\t}\n\treturn 0', '\t\treturn 1\n\tdefault:\n\t\treturn 0\n\t}']),
    edit('map', [
      '\tswitch name {\n\tcase "gold", "platinum":\n\t\treturn 2\n\tcase "silver":\n\t\treturn 1\n\t}\n\treturn 0',
      '\treturn map[string]int{"gold": 2, "platinum": 2, "silver": 1}[name]',
    ]),
    edit(
      'named constant',
      ['const fee = 2\n', 'const fee = 2\nconst separator = "="\n'],
      ['strings.SplitN(line, "=", 2)', 'strings.SplitN(line, separator, 2)'],
    ),
    edit('extract variable', [
      '\tamount, err := strconv.Atoi(strings.TrimSpace(parts[1]))',
      '\tdigits := strings.TrimSpace(parts[1])\n\tamount, err := strconv.Atoi(digits)',
    ]),
    edit(
      'sentinel',
      ['// ErrLimit', 'var errNoAmount = errors.New("no amount")\n\n// ErrLimit'],
      ['return "", 0, errors.New("no amount")', 'return "", 0, errNoAmount'],
    ),
    edit('index assignment', [
      '\tnames := make([]string, 0, len(accounts))\n\tfor _, account := range accounts {\n\t\tnames = append(names, account.Owner)\n\t}',
      '\tnames := make([]string, len(accounts))\n\tfor i, account := range accounts {\n\t\tnames[i] = account.Owner\n\t}',
    ]),
    edit('loop form', [
      '\tfor saved := 0; saved < target; saved += rate {\n\t\tmonths++\n\t}',
      '\tsaved := 0\n\tfor saved < target {\n\t\tmonths++\n\t\tsaved += rate\n\t}',
    ]),
    edit('de Morgan', ['return low <= value && value <= high', 'return !(value < low || value > high)']),
    edit('guard', [
      'return low <= value && value <= high',
      'if value < low {\n\t\treturn false\n\t}\n\treturn value <= high',
    ]),
    edit('inverted condition', [
      '\tif people == 0 {\n\t\treturn 0, amount\n\t}\n\treturn amount / people, amount % people',
      '\tif people != 0 {\n\t\treturn amount / people, amount % people\n\t}\n\treturn 0, amount',
    ]),
    edit('variables', [
      '\treturn amount / people, amount % people',
      '\teach := amount / people\n\trest := amount % people\n\treturn each, rest',
    ]),
    edit('early return', [
      '\tmark := ""\n\tif a.closed {\n\t\tmark = " (closed)"\n\t}\n\treturn fmt.Sprintf("%s: %d%s", a.Owner, a.Balance, mark)',
      '\tif a.closed {\n\t\treturn fmt.Sprintf("%s: %d (closed)", a.Owner, a.Balance)\n\t}\n\treturn fmt.Sprintf("%s: %d", a.Owner, a.Balance)',
    ]),
    edit('concatenation', [
      'return fmt.Sprintf("%s: %d%s", a.Owner, a.Balance, mark)',
      'return a.Owner + ": " + strconv.Itoa(a.Balance) + mark',
    ]),
    edit('lower once', [
      '\tfor _, word := range strings.Fields(text) {\n\t\tcounts[strings.ToLower(word)]++',
      '\tfor _, word := range strings.Fields(strings.ToLower(text)) {\n\t\tcounts[word]++',
    ]),
    edit('make', ['counts := map[string]int{}', 'counts := make(map[string]int)']),
    edit('continue', [
      '\t\tif value != 0 {\n\t\t\treturn value\n\t\t}\n',
      '\t\tif value == 0 {\n\t\t\tcontinue\n\t\t}\n\t\treturn value\n',
    ]),
    edit(
      'extract method',
      ['\ta.Balance += amount\n\ta.history = append(a.history, amount)', '\ta.move(amount)'],
      [
        '// Withdraw takes',
        'func (a *Account) move(amount int) {\n\ta.Balance += amount\n\ta.history = append(a.history, amount)\n}\n\n// Withdraw takes',
      ],
    ),
    {
      ...edit('move to another file', [
        '// First gives the first value that is not zero.\nfunc First(values ...int) int {\n\tfor _, value := range values {\n\t\tif value != 0 {\n\t\t\treturn value\n\t\t}\n\t}\n\treturn 0\n}\n',
        '',
      ]),
      creates: {
        'first.go':
          'package ledger\n\n// First gives the first value that is not zero.\nfunc First(values ...int) int {\n\tfor _, value := range values {\n\t\tif value != 0 {\n\t\t\treturn value\n\t\t}\n\t}\n\treturn 0\n}\n',
      },
    },
    edit(
      'helper',
      [
        '\tif count > len(a.history) {\n\t\tcount = len(a.history)\n\t}\n\treturn a.history[len(a.history)-count:]',
        '\treturn a.history[len(a.history)-smaller(count, len(a.history)):]',
      ],
      [
        '// Total sums',
        'func smaller(a, b int) int {\n\tif a < b {\n\t\treturn a\n\t}\n\treturn b\n}\n\n// Total sums',
      ],
    ),
  ],
};
