/** The program as its help describes it: what completion scripts and the manual page are written from. */

/** What may stand in a place: words of a closed list, names that the database knows, files, or anything. */
export type ValueKind =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly isList: boolean }
  | { readonly kind: 'known'; readonly of: KnownKind }
  | { readonly kind: 'file' }
  | { readonly kind: 'text' };

/** What `tkguard complete <kind>` knows names of. `target`: plans and shops. */
export const KNOWN_KINDS = ['plan', 'shop', 'target', 'account', 'snapshot', 'format', 'change'] as const;
export type KnownKind = (typeof KNOWN_KINDS)[number];

export interface OptionModel {
  /** `-V, --version`, `--limit <n>`. */
  readonly flags: string;
  readonly long: string;
  readonly short: string | null;
  readonly description: string;
  /** null: a flag without a value. */
  readonly value: ValueKind | null;
}

export interface ArgumentModel {
  /** `<plan>`, `[paths...]`. */
  readonly term: string;
  readonly description: string;
  readonly value: ValueKind;
}

export interface CommandModel {
  readonly name: string;
  readonly summary: string;
  /** Lines of example calls. */
  readonly examples: string;
  readonly arguments: readonly ArgumentModel[];
  readonly options: readonly OptionModel[];
}

export interface ProgramModel {
  readonly name: string;
  readonly version: string;
  readonly summary: string;
  readonly examples: string;
  readonly exitCodes: string;
  readonly options: readonly OptionModel[];
  readonly commands: readonly CommandModel[];
}
