/** What the paper of `tkguard dossier` is made of: what is known of a plan, and the blocks in which it is told, whatever they are written as. */
import type { PlanChange } from '../domain/changes.ts';
import type { History } from '../domain/history.ts';
import type { PlanLoss } from '../domain/loss-sums.ts';
import type { CodeOf, Translate } from '../words/index.ts';
import type { LossLineDocument } from './documents-of-money.ts';

/** A file that something in the paper was read from. */
export interface DossierSource {
  readonly file: string;
  readonly sha256: string;
  readonly capturedMs: number;
  readonly importedMs: number;
  readonly rows: number;
}

export interface DossierInput {
  readonly generatedAtMs: number;
  readonly loss: PlanLoss;
  /** Of the plan beside the general one. */
  readonly history: History;
  readonly changes: readonly PlanChange[];
  readonly joinedAt: string | null;
  readonly approvedAt: string | null;
  /** The account was in the plan, and is no more. */
  readonly isLeft: boolean;
  /** For so long after the last reading the rate was taken to be the same. */
  readonly maxAgeMs: number;
  /** Of the plan, in order of time. */
  readonly lines: readonly LossLineDocument[];
  readonly sources: readonly DossierSource[];
  /** Order numbers are cut down to their last four digits, and files have numbers for names. */
  readonly isMasked: boolean;
}

export type DossierBlock =
  | { readonly kind: 'title' | 'heading' | 'text' | 'strong'; readonly text: string }
  | { readonly kind: 'list' | 'steps'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function tableBlock(
  names: readonly CodeOf<'heading'>[],
  rows: readonly (readonly string[])[],
  t: Translate,
): DossierBlock {
  return { kind: 'table', head: names.map((name) => t(`heading.${name}`)), rows };
}
