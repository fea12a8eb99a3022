/** The database holds what tkguard never writes: `guard` (connect.ts) turns it into `db-damaged`. */
export class DamagedData extends Error {}
