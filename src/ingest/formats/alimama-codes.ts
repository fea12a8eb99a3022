/**
 * Numbers of the alliance's own pages (formats.md §1.2, §2, §4). The open platform numbers its plan types otherwise.
 */
import type { MembershipStatus, PlanKind, PlanState } from '../../domain/reading.ts';

export const KIND_CODES: ReadonlyMap<string, PlanKind> = new Map<string, PlanKind>([
  ['1', 'general'],
  ['2', 'special'],
]);

export const STATUS_CODES: ReadonlyMap<string, MembershipStatus> = new Map<string, MembershipStatus>([
  ['1', 'pending'],
  ['2', 'approved'],
  ['3', 'rejected'],
  ['4', 'removed'],
  ['5', 'left'],
]);

export const STATE_CODES: ReadonlyMap<string, PlanState> = new Map<string, PlanState>([
  ['1', 'active'],
  ['2', 'expired'],
  ['3', 'stopped'],
  ['4', 'deleted'],
]);

/** `properties` of a plan: whether joining needs the merchant's approval. */
export const AUDIT_CODES: ReadonlyMap<string, boolean> = new Map([
  ['1', false],
  ['3', true],
]);
