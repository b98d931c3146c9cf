import { html, nothing, type TemplateResult } from 'lit';

/** Lines added and removed, as a glance and as spoken words. */
export function lineCounts({ added, removed }: { readonly added: number; readonly removed: number }): TemplateResult {
  return html`<span class="counts" role="img" aria-label="${added} added, ${removed} removed"
    >${added > 0 ? html`<span class="added">+${added}</span>` : nothing}${
      removed > 0 ? html`<span class="removed">−${removed}</span>` : nothing
    }</span
  >`;
}
