import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { html, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';

/**
 * Links and images stay as the text that was written: what a model says must not be able to send anything anywhere, and a
 * reader sees the address before it could be followed.
 */
const parser = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable([
  'link',
  'image',
  'autolink',
  'reference',
]);

const policy = { USE_PROFILES: { html: true }, FORBID_TAGS: ['style', 'img', 'form', 'a'], FORBID_ATTR: ['style'] };

/** Text of a model as formatted text; never runs or loads anything. */
export function renderMarkdown(text: string): TemplateResult {
  return html`${unsafeHTML(DOMPurify.sanitize(parser.render(text), policy))}`;
}
