/** What `tkguard doctor` finds: codes with arguments, worded in report/messages. */

export const FINDING_CODES = [
  'node',
  'database',
  'no-database',
  'database-fault',
  'damage',
  'leftover',
  'open-to-others',
  'only-readable',
  'no-data',
  'data',
  'data-old',
  'clock-back',
  'source',
  'source-quiet',
  'source-nothing',
  'source-fault',
  'heartbeat-fault',
  'held',
  'config',
  'no-config',
  'config-fault',
  'disk',
  'disk-low',
  'locale',
  'locale-unset',
  'locale-not-utf8',
  'time-zone',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** `damage`: the database cannot be used or relied on. */
export const LEVELS = ['ok', 'note', 'problem', 'damage'] as const;
export type Level = (typeof LEVELS)[number];

export interface Finding {
  readonly level: Level;
  readonly code: FindingCode;
  readonly args: Readonly<Record<string, string | number>>;
}
