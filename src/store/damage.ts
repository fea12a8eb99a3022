/** What was written otherwise, or not by us: `guard` (open.ts) turns it into `db-damaged`. */
export class DamagedData extends Error {}
