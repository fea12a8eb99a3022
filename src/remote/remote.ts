/** Where machines leave their ledgers for each other: one object per machine, which only that machine writes. */

/** A machine's ledger as it lies there. */
export interface SharedLedger {
  readonly machine: string;
  /** Of the object as it is, compressed. */
  readonly sha256: string;
  /** The number of the ledger; null where no such thing can be read: it is still being copied. */
  readonly ledger: string | null;
}

/** All throw what their medium throws; `withRemote` (with-remote.ts) words it. */
export interface Remote {
  list(): Promise<readonly SharedLedger[]>;
  get(machine: string): Promise<Uint8Array>;
  /** Puts it in the place of what this machine put there before; false, and nothing done, where another ledger has the name. */
  put(own: SharedLedger & { readonly ledger: string }, body: Uint8Array): Promise<boolean>;
  close(): Promise<void>;
}

export interface RemotePlace {
  readonly name: string;
  /** A folder, or an address of PostgreSQL. */
  readonly at: { readonly folder: string } | { readonly url: string };
  /** The user's orders go there, too. */
  readonly orders: boolean;
}
