/** Numbers of the alliance's own pages (formats.md §1.2, §2, §4). The open platform numbers its plan types otherwise. */
import type { MembershipStatus, PlanKind, PlanState } from '../../domain/reading.ts';

type Codes<T> = ReadonlyMap<string, T>;

export const KINDS: Codes<PlanKind> = new Map([
  ['1', 'general'],
  ['2', 'special'],
]);

export const STATUSES: Codes<MembershipStatus> = new Map([
  ['1', 'pending'],
  ['2', 'approved'],
  ['3', 'rejected'],
  ['4', 'removed'],
  ['5', 'left'],
]);

export const STATES: Codes<PlanState> = new Map([
  ['1', 'active'],
  ['2', 'expired'],
  ['3', 'stopped'],
  ['4', 'deleted'],
]);
