import { describeFamilies } from '../support/families.ts';

describeFamilies([
  {
    name: 'setMembership',
    goal: 'Use a Set for repeated lookups',
    changed: ['src/subscribers.ts', 'src/tags.js'],
  },
  { name: 'forOf', goal: 'Use for…of', changed: ['src/invoice.js'] },
  { name: 'arrayMethods', goal: 'Use find, some and flatMap', changed: ['src/catalogue.js'] },
]);
