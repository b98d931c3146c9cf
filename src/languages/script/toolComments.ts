import { tracesOf } from '../../runners/table.ts';

/*
 * Comments that tools act upon, by the grammars that the tools themselves give. A word of prose, or a tag of a doc comment such as `@param`,
 * `@returns` or `@api public`, is none of them, also where it begins with the name of a tool.
 */

const webpack = String.raw`\bwebpack(?:ChunkName|Mode|Prefetch|Preload|Include|Exclude|Exports|FetchPriority|Ignore|Defer)\s*:[^\n*]*`;
const bundlers = String.raw`@vite-ignore\b[^\n*]*|\b(?:turbopack|rspack)\w+\s*:[^\n*]*|[@#]__(?:PURE|NO_SIDE_EFFECTS|INLINE|KEY|MANGLE_PROP)__`;
/** Where a comment begins, or a line of one. */
const start = String.raw`(?:\/\/+|\/\*+|^[ \t]*\*+)[ \t]*`;
const pragmas = String.raw`@jsx(?:ImportSource|Runtime|Frag)?[ \t][^\n*]*`;
/** Test runners look for these anywhere. */
const environments = String.raw`(?:${tracesOf('comment')})(?:environment|config-loader)[\w-]*[ \t][^\n*]*`;
const files = String.raw`^[ \t]*\/\/\/[ \t]*<[^\n]*|\/\/[#@] ?source(?:Mapping)?URL=[^\n]*|^#![^\n]*`;

/** Descriptions of an interface that programs read from comments: of OpenAPI as YAML below the tag, of apiDoc by a method and a path. */
const descriptions =
  /\/\*\*(?:(?!\*\/)[^])*?(?<=\*[ \t]*|^[ \t]*)(?:@(?:openapi|swagger)[ \t]*\r?$|@api[ \t]+\{)(?:(?!\*\/)[^])*\*\//gm;

/** Comments that change what runs; those that hide code from coverage or the compiler are told of by the guard. */
export function commentsObeyed(text: string): readonly string[] {
  const pattern = new RegExp([files, `${start}${pragmas}`, environments, webpack, bundlers].join('|'), 'gm');
  return [...text.matchAll(pattern), ...text.matchAll(descriptions)].map(([found]) => found.trim());
}

/** The comments that tools obey, each with the code that it stands before: at another call such a mark is another one. */
export function marksOf(text: string): string {
  const found = [...text.matchAll(new RegExp(`(?:${webpack}|${bundlers})(?:\\*\\/)?`, 'g'))].map((mark) => {
    const next = text.slice(mark.index + mark[0].length, mark.index + mark[0].length + 200).replaceAll(/\s+/g, '');
    return `${mark[0].trim()} ${next.slice(0, 30)}`;
  });
  return found.join('\n');
}
