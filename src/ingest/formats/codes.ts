/** Numbers of the alliance's own pages (formats.md §1.2, §2, §4). The open platform numbers its plan types otherwise. */
import type { MembershipStatus, PlanKind, PlanState } from '../../domain/reading.ts';
import { wordsOf } from '../cells.ts';

export const KINDS = wordsOf<Extract<PlanKind, 'general' | 'special'>>({ general: '1', special: '2' });
export const STATUSES = wordsOf<Exclude<MembershipStatus, 'none'>>({
  pending: '1',
  approved: '2',
  rejected: '3',
  removed: '4',
  left: '5',
});
export const STATES = wordsOf<PlanState>({ active: '1', expired: '2', stopped: '3', deleted: '4' });
