import { html, nothing, type TemplateResult } from 'lit';
import type { ChatEntry, Surroundings } from '../chat/messages.ts';
import { formatDuration } from './format.ts';
import { icon, spinner } from './icon.ts';
import { renderMarkdown } from './markdown.ts';
import type { Panel } from './panel.ts';
import { proposalCard } from './proposalCard.ts';
import { wireDetails } from './wireView.ts';

type Entry<Kind extends ChatEntry['kind']> = Extract<ChatEntry, { kind: Kind }>;

/** One block of the conversation. */
export function entryView(entry: ChatEntry, { applyPolicy }: Surroundings, panel: Panel): TemplateResult {
  switch (entry.kind) {
    case 'user':
      return userMessage(entry);
    case 'assistant':
      return html`<div class="assistant ${entry.isStreaming ? 'streaming' : ''}">${renderMarkdown(entry.text)}</div>`;
    case 'reasoning':
      return html`<details class="reasoning">
        <summary>${entry.isStreaming ? spinner() : icon('lightbulb')} Reasoning</summary>
        <div class="reasoning-text">${entry.text}</div>
      </details>`;
    case 'step':
      return step(entry);
    case 'tests':
      return tests(entry);
    case 'proposal':
      return proposalCard(entry, applyPolicy, panel);
    case 'notice':
      return html`<p class="line notice ${entry.tone}">
        ${icon(entry.tone === 'warning' ? 'warning' : 'info')}<span>${entry.text}</span>
      </p>`;
    case 'ending':
      return ending(entry, panel);
  }
}

function userMessage({ text, focus }: Entry<'user'>): TemplateResult {
  return html`<div class="user" role="note" aria-label="You asked">
    <div class="user-text">${text}</div>
    ${
      focus.length > 0
        ? html`<div class="user-focus">
            ${focus.map((path) => html`<span class="chip">${icon('file')}${path}</span>`)}
          </div>`
        : nothing
    }
  </div>`;
}

const toolIcons: Readonly<Record<string, string>> = {
  list_files: 'list-tree',
  read_file: 'file-code',
  search_text: 'search',
  outline: 'symbol-class',
  get_diagnostics: 'warning',
  apply_edit: 'edit',
  run_tests: 'beaker',
  code_interpreter: 'terminal',
  web_search: 'globe',
  file_search: 'search',
};

function step({ tool, title, detail, state, durationMs }: Entry<'step'>): TemplateResult {
  return html`<div class="step ${state}" title=${detail}>
    ${state === 'running' ? spinner() : icon(stepIcon(tool, state))}
    <span class="step-title">${title}</span>
    <span class="step-detail">${detail}</span>
    <span class="step-time">${formatDuration(durationMs)}</span>
    ${state === 'failed' || state === 'stopped' ? html`<span class="sr">${state}</span>` : nothing}
  </div>`;
}

function stepIcon(tool: string, state: Entry<'step'>['state']): string {
  if (state === 'failed') return 'error';
  if (state === 'stopped') return 'circle-slash';
  return toolIcons[tool] ?? 'tools';
}

function tests({ title, command, state, summary, failures }: Entry<'tests'>): TemplateResult {
  return html`<div class="tests ${state}">
    <div class="step" title=${command}>
      ${testsIcon(state)}
      <span class="step-title">${title}</span>
      <span class="step-detail">${summary === '' ? command : summary}</span>
    </div>
    ${
      failures.length > 0
        ? html`<details class="failures">
            <summary>${failures.length === 1 ? '1 failure' : `${failures.length} failures`}</summary>
            ${failures.map(
              ({ id, message }) =>
                html`<div class="failure">
                  <div class="failure-id">${id}</div>
                  ${message === '' ? nothing : html`<pre>${message}</pre>`}
                </div>`,
            )}
          </details>`
        : nothing
    }
  </div>`;
}

function testsIcon(state: Entry<'tests'>['state']): TemplateResult {
  switch (state) {
    case 'running':
      return spinner();
    case 'passed':
      return icon('pass');
    case 'failed':
      return icon('error');
    case 'unknown':
      return icon('question');
    case 'stopped':
      return icon('circle-slash');
  }
}

function ending({ tone, text, wire, action }: Entry<'ending'>, panel: Panel): TemplateResult {
  return html`<div class="ending ${tone}">
    <p class="line">${icon(endingIcon(tone))}<span>${text}</span></p>
    ${
      action === null
        ? nothing
        : html`<button class="secondary" @click=${() => panel.send({ kind: 'act', action })}>
            ${actionLabel(action)}
          </button>`
    }
    ${wire === null || wire.turns === 0 ? nothing : wireDetails(wire)}
  </div>`;
}

function endingIcon(tone: Entry<'ending'>['tone']): string {
  switch (tone) {
    case 'good':
      return 'pass-filled';
    case 'neutral':
      return 'info';
    case 'bad':
      return 'error';
  }
}

function actionLabel(action: NonNullable<Entry<'ending'>['action']>): string {
  switch (action) {
    case 'undo':
      return 'Undo This Refactoring';
    case 'setKey':
      return 'Set API Key';
    case 'showLog':
      return 'Show Log';
  }
}
