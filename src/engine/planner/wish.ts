import type { Intent } from '../analysis/refactoring.ts';

/** What a sentence asks for, as far as this engine can tell. */
export interface Wish {
  /** In the order of the table; empty when nothing was understood. */
  readonly intents: readonly Intent[];
  /** What the sentence says to leave alone. */
  readonly excluded: readonly Intent[];
  /** Parts of the sentence that ask for something else, in the user's words. */
  readonly unserved: readonly string[];
  /** Files and folders that the sentence says to leave alone, as it names them. */
  readonly excludedPaths: readonly string[];
  /** Restrictions that cannot be checked, in the user's words. */
  readonly restrictions: readonly string[];
}

interface Row {
  readonly intent: Intent;
  /** Asks for it. */
  readonly wish: RegExp;
  /** Names its subject; enough after "do not", "without", "except". */
  readonly subject: RegExp;
}

const memberNames = 'find|findLast|some|every|flatMap|flat|filter|map';

/** Narrow wishes before wide ones: "optimize imports" is about imports. */
const rows: readonly Row[] = [
  {
    intent: 'organizeImports',
    wish: /\b(?:(?:re)?organi[sz]\w*|sort\w*|(?:re)?order\w*|optimi[sz]\w*|arrang\w*|tid(?:y|ying)(?: up)?|clean\w*(?: up)?|group\w*|fix\w*|unused|unnecessary|redundant)\s+(?:(?:the|all|my|our|these|its|unused)\s+)*imports?\b|\bimports?\b[^,;]{0,30}\b(?:organi[sz]ed|sorted|ordered|tidy|clean|unused)\b/gi,
    subject: /\bimports?\b/i,
  },
  {
    intent: 'removeDeadCode',
    wish: /\bdead[- ]?(?:code|branch\w*|functions?|variables?|stuff)?(?=\b)|\bunused\b|\bunreachable\b|\bunreferenced\b|\b(?:not|never|no longer|isn't|aren't|is not|are not)\s+(?:being\s+)?(?:used|needed|referenced|called|reachable|reached)\b|\bnobody uses\b/gi,
    subject: /\bdead\b|\bunused\b|\bunreachable\b/i,
  },
  {
    intent: 'asyncAwait',
    wish: /\basync\b|\bawait\b|\bpromise[- ]chains?\b|\bpromises?\b|\.then\b|\bthen[- ]chains?\b|\bcallback hell\b/gi,
    subject: /\basync\b|\bawait\b|\bpromises?\b|\.then\b/i,
  },
  {
    intent: 'forOf',
    wish: /\bfor\s*(?:\.{2,3}|…|-|\s)\s*of\b|\b(?:index(?:ed)?|classic|counting|c-style)[- ](?:based )?(?:for[- ])?loops?\b|\bfor[- ]loops?\b|(?<!\b(?:in|inside|within)\s+(?:a |the |nested )?)\bloops?\b/gi,
    subject: /\bloops?\b|\bfor\b.{0,4}\bof\b/i,
  },
  {
    intent: 'useSet',
    wish: /\b(?:[Tt]o|[Aa]|[Aa]n|[Ii]nto|[Ww]ith|[Uu]se|[Uu]sing|[Bb]y|[Pp]refer|[Nn]ew)\s+[`'"]?Sets?\b|\bindexOf\b|\bincludes\b(?=\W*(?:\(|in|calls?|checks?|look-?ups?|by|to|with|into))|\b[Ss]et[- ](?:look-?ups?|membership)\b|\bquadratic\b/g,
    subject: /\b[`'"]?Sets?\b|\bindexOf\b|\bincludes\b/,
  },
  {
    intent: 'arrayMethods',
    wish: new RegExp(
      `\\bflatMap\\b|\\barray (?:methods?|functions?|helpers?)\\b|\\bhigher[- ]order\\b|\\bfunctional style\\b|[\`.](?:${memberNames})\\b|\\b(?:${memberNames})\\s*[(/]|\\b(?:use|using|prefer|to|with|into)\\s+(?:Array\\.)?(?:${memberNames})\\b`,
      'gi',
    ),
    subject: /\barray methods?\b|\bflatMap\b|[`.](?:find|some|every|map|filter)\b/i,
  },
  {
    intent: 'templateStrings',
    wish: /\btemplate[- ](?:strings?|literals?)\b|\bconcatenat\w*\b|\bstring interpolation\b|\bbackticks?\b/gi,
    subject: /\btemplates?\b|\bconcatenat\w*\b|\bstrings?\b/i,
  },
  {
    intent: 'modernize',
    wish: /\bmoderni[sz]\w*|\bmodern\b|\bES ?(?:6|20\d\d|next)\b|\bECMAScript\b|\b(?:newer|newest|latest) (?:syntax|features|javascript|typescript|js|idioms)\b|\bup[- ]to[- ]date\b|\barrow functions?\b|\boptional chaining\b|\bnullish\b|\bspread\b|\bdestructur\w*|\b(?:let|const|var)\b|\bshorthands?\b|\bold[- ](?:style|fashioned|syntax)\b|\blegacy (?:syntax|code|style)\b/gi,
    subject: /\bmoderni[sz]\w*|\barrow functions?\b|\bvar\b|\bconst\b|\bspread\b/i,
  },
  {
    intent: 'simplify',
    wish: /\bsimplif\w*|\bsimpler\b|\bclean\w*[- ]?up\b|\bclean(?:er|ing)?\b|\btid(?:y|ier|ying)\b|\bless complex\b|\bcomplexity\b|\bnest(?:ing|ed)\b|\breadab\w+|\bshort(?:er|en)\b|\bflatten\w*|\bredundan\w+|\bboilerplate\b|\bconcise\b|\bunnecessary\b|\buseless\b|\bneedless\b/gi,
    subject: /\bsimplif\w*|\bconditions?\b|\bternar\w+/i,
  },
  {
    intent: 'optimize',
    wish: /\boptimi[sz](?:e|es|ed|ing)\b|\bfaster\b|\bspeed(?:s|ing)?\b[^,;]{0,25}\bup\b|\bperforman(?:ce|t)\b|\befficien(?:t|cy|tly)\b|\ball (?:the )?(?:refactorings|rules|rewrites)\b/gi,
    subject: /\boptimi[sz]\w*|\bperformance\b/i,
  },
];

/** Words that ask for nothing in particular; enough on their own, not beside a wish that cannot be served. */
const vague =
  /\brefactor\w*|\bimprov\w*|\bbetter\b|\bpolish\w*|\boptimi[sz]ations?\b|\bslow\b|\bsharpen\b|\bwhetstone\b|\bfix(?:es)? what you (?:can|find)\b/i;

const polite =
  /^(?:\s*(?:please|kindly|now|then|also|first|finally|next|just|hey|hi|ok|okay|so|and|(?:can|could|would|will) you(?: please)?|i(?:'d| would) like you to|i want you to|let'?s|try to|help me(?: to)?|we (?:should|need to)|you (?:should|may))\b[\s,:]*)+/i;

/** Verbs of wishes that this engine never serves, whatever follows them. */
const foreignVerb =
  /^(?:rename|extract|inline|move|split|merge|translate|port|migrate|document|comment|annotate|explain|describe|summari[sz]e|write|add|create|generate|implement|build|design|test|debug|review|install|upgrade (?:the )?(?:packages?|dependenc\w+|version)|run|undo|revert|commit|push|deploy|publish|delete (?:the )?(?:file|folder|tests?)\b|tell|show|list|count|what|why|who|whom|when|where|which|how|is|are|does|do you|did|should|ignore (?:all|any|previous|your))\b/i;

const foreignTarget =
  /\b(?:(?:in)?to|into|in)\s+(?:(?:a|an)\s+)?(?:typescript|python|rust|go|java|kotlin|c#|c\+\+|ruby|php|coffeescript|class(?:es)?|react|hooks|esm|es modules?|commonjs|french|german|spanish)\b/i;

const negation =
  /\b(?:do not|don['’]?t|never|without|except(?: for)?|excluding|leave|keep|avoid|skip|but not|and not|not)\b([^.;,\n]*?)(?=\bbut\b|\bthen\b|[.;,\n]|$)/gi;

/** Restrictions that hold anyway, by how this product works, or that ask for nothing. */
const keptAnyway =
  /\bbehaviou?rs?\b|\bbreak\w*|\btests?\b|\bsemantics?\b|\bfunctionality\b|\bfail\w*|\bsame\b|\bworking\b|\bgreen\b|\bpass\w*|\bmind\b|\bworry\b|\bforget\b|^\s*(?:it|this|that|them|code|everything)?\s*(?:as )?(?:simple|short|clean|small|safe|readable)?\s*$/i;

/** A file with an extension that we know, or something with a slash at its end. */
const pathInText =
  /(?:\.{0,2}\/)?(?:[\w@$-][\w@$.-]*\/)*[\w@$-][\w@$.-]*\.[cm]?[jt]sx?(?!\w|\.\w)|(?:\.\/)?(?:[\w@$-][\w@$.-]*\/)+(?![\w@$-])/g;

/** Reads an English sentence. Never throws. */
export function readWish(sentence: string): Wish {
  const { plain: spelled, paths, restore } = setPathsAside(spellOut(sentence.slice(0, 8_000)));
  const excludedPaths: string[] = [];
  const intents = new Set<Intent>();
  const excluded = new Set<Intent>();
  const unserved: string[] = [];
  const restrictions: string[] = [];
  let isVague = false;
  for (const clause of clausesOf(spelled)) {
    const { wanted, refused } = splitNegation(clause);
    for (const words of refused) {
      const subjects = rows.filter(({ subject }) => subject.test(words));
      for (const { intent } of subjects) excluded.add(intent);
      const named = paths.filter(({ mark }) => words.includes(mark)).map(({ path }) => path);
      excludedPaths.push(...named);
      if (subjects.length === 0 && named.length === 0 && !keptAnyway.test(words))
        restrictions.push(tidy(restore(words)));
    }
    const plain = wanted.replace(polite, '');
    const found = wishesOf(plain);
    if (foreignVerb.test(plain) || (foreignTarget.test(plain) && found.length === 0))
      unserved.push(tidy(restore(plain)));
    else if (found.length > 0) for (const intent of found) intents.add(intent);
    else isVague ||= vague.test(plain);
  }
  if (intents.size === 0 && isVague && unserved.length === 0) intents.add('optimize');
  for (const intent of excluded) intents.delete(intent);
  return {
    // The widest contains the others.
    intents: intents.has('optimize')
      ? ['optimize']
      : rows.map(({ intent }) => intent).filter((one) => intents.has(one)),
    excluded: [...excluded],
    unserved,
    excludedPaths,
    restrictions,
  };
}

/** "Unused imports and variables" speaks of unused variables. */
function spellOut(sentence: string): string {
  return sentence
    .replaceAll(
      /\bunused\s+imports?\s*(?:,|and|or|&|\/)\s*(?=(?:variables?|functions?|code|locals?|parameters?)\b)/gi,
      'unused imports, unused ',
    )
    .replaceAll(/\bunused\s+(\w+)\s*(?:,|and|or|&|\/)\s*imports?\b/gi, 'unused $1, unused imports')
    .replaceAll(/\b(?:e\.g|i\.e|etc)\./gi, ' ');
}

/** Names of files and folders would be read as words; they are put back where the user's words are quoted. */
function setPathsAside(sentence: string): {
  readonly plain: string;
  readonly paths: readonly { readonly mark: string; readonly path: string }[];
  readonly restore: (words: string) => string;
} {
  const paths: { mark: string; path: string }[] = [];
  const plain = sentence.replaceAll(pathInText, (path) => {
    const mark = `\u{F0000}${paths.length}\u{F0001}`;
    paths.push({ mark, path: path.replace(/^\.\//, '').replace(/\/+$/, '') });
    return mark;
  });
  const restore = (words: string): string => paths.reduce((text, { mark, path }) => text.replaceAll(mark, path), words);
  return { plain, paths, restore };
}

function clausesOf(whole: string): readonly string[] {
  const parts = whole.split(
    /[\n;!?:]+|\.(?=\s|$)|,?\s+(?:and then|then|as well as)\s+|,?\s+and\s+(?=(?:also|please)?\s*[a-z]+\b)|,\s+/i,
  );
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function splitNegation(clause: string): { readonly wanted: string; readonly refused: readonly string[] } {
  const refused: string[] = [];
  // "Code that is not used" refuses nothing.
  const dead = rows.find(({ intent }) => intent === 'removeDeadCode')?.wish;
  const wanted = clause
    .replaceAll(dead ?? /$^/g, (words) => words.replaceAll(/\b(?:is not|are not|not|never)\b/gi, 'un'))
    .replaceAll(/\bun\s+(?:being\s+)?(?:used|needed|referenced|called|reachable|reached)\b/gi, 'unused')
    .replaceAll(negation, (_match, words: string) => {
      refused.push(words);
      return ' ';
    });
  return { wanted, refused };
}

/** Consumes what it recognises, so that "optimize imports" is not also "optimize". */
function wishesOf(words: string): readonly Intent[] {
  let rest = words;
  return rows
    .filter(({ wish }) => {
      const before = rest;
      rest = rest.replaceAll(wish, ' ');
      return rest !== before;
    })
    .map(({ intent }) => intent);
}

function tidy(words: string): string {
  const plain = words.replaceAll(/\s+/g, ' ').trim();
  return plain.length > 120 ? `${plain.slice(0, 117)}...` : plain;
}
