import { programText } from '../../util/programText.ts';

/** What every Node process of a run loads first; see there. */
export const nodeProbe = programText('./programs/nodeProbe.cjs', import.meta.url);

/** The name of the list of files that are followed, beside the probe of Python. */
export const followedName = 'followed.json';

/** What every Python process of a run loads first, as `sitecustomize`; see there. */
export const pythonProbe = [
  programText('./programs/pythonParts.py', import.meta.url),
  programText('./programs/pythonProbe.py', import.meta.url),
].join('\n\n');
