import type { Subjects, SubjectsRequest } from '../characterizing/subject.ts';
import type { EvidenceAnswer, EvidenceRequest } from './evidence.ts';
import type { Inquiry, Rewrite, Survey } from './analyst.ts';

/** What the engine asks its analysis thread; each question has one answer, in order. */
export type Question =
  | { readonly kind: 'warm' }
  | { readonly kind: 'survey'; readonly inquiry: Inquiry }
  | { readonly kind: 'rewrite'; readonly inquiry: Inquiry; readonly stepIds: readonly string[] }
  | { readonly kind: 'subjects'; readonly request: SubjectsRequest }
  | { readonly kind: 'evidence'; readonly request: EvidenceRequest };

export type Answer =
  | { readonly kind: 'warm' }
  | { readonly kind: 'survey'; readonly survey: Survey }
  | { readonly kind: 'rewrite'; readonly rewrite: Rewrite }
  | { readonly kind: 'subjects'; readonly subjects: Subjects }
  | { readonly kind: 'evidence'; readonly evidence: EvidenceAnswer }
  | { readonly kind: 'failed'; readonly reason: string };
