import { describeFamilies } from '../support/families.ts';

describeFamilies([
  { name: 'modernize', goal: 'Modernize this code', changed: ['src/template.js'] },
  { name: 'simplify', goal: 'Simplify', changed: ['src/access.js'] },
  { name: 'asyncAwait', goal: 'Convert promise chains to async/await', changed: ['src/weather.js'] },
]);
