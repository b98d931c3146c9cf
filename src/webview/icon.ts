import { html, type TemplateResult } from 'lit';

/** A codicon that says nothing to a screen reader; the text beside it does. */
export function icon(name: string, extra = ''): TemplateResult {
  return html`<i class="codicon codicon-${name} ${extra}" aria-hidden="true"></i>`;
}

export function spinner(): TemplateResult {
  return icon('loading', 'spin');
}
