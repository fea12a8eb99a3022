/** What `tkguard doctor` finds: codes with the arguments that their words need. */
import type { Coded } from '../errors.ts';

/** `damage`: the database cannot be used or relied on. */
export const LEVELS = ['ok', 'note', 'problem', 'damage'] as const;
export type Level = (typeof LEVELS)[number];

export type Finding = { readonly level: Level } & Coded<'doctor'>;
