/**
 * The one error type and the one table from error code to exit code (design.md §5). Codes and arguments only:
 * the words are in report/messages, in English and Chinese.
 */

export const EXIT = { ok: 0, findings: 1, usage: 2, cannotJudge: 3, database: 4, io: 74, busy: 75 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXIT_OF = {
  usage: EXIT.usage,
  'bad-option': EXIT.usage,
  'time-to-come': EXIT.usage,
  'time-past': EXIT.usage,
  'no-config': EXIT.usage,
  'bad-config': EXIT.usage,
  'config-syntax': EXIT.usage,
  'config-twice': EXIT.usage,
  'unknown-setting': EXIT.usage,
  'misspelt-setting': EXIT.usage,
  'config-exists': EXIT.usage,
  'no-paths': EXIT.usage,
  'only-with-paths': EXIT.usage,
  'no-such-path': EXIT.usage,
  'nothing-to-read': EXIT.usage,
  'no-proposal': EXIT.usage,
  'unknown-mapping': EXIT.usage,
  'no-mappings': EXIT.usage,
  'no-database': EXIT.usage,
  'unknown-document': EXIT.usage,
  'unknown-id': EXIT.usage,
  'unresolved-link': EXIT.usage,
  'ambiguous-plan': EXIT.usage,
  'no-snapshot': EXIT.usage,
  'not-held': EXIT.usage,
  'not-special': EXIT.usage,
  'not-joined': EXIT.usage,
  'not-exited': EXIT.usage,
  'db-foreign': EXIT.database,
  'file-exists': EXIT.usage,
  'no-folder': EXIT.usage,
  'not-a-backup': EXIT.usage,
  'backup-of-itself': EXIT.usage,
  'db-damaged': EXIT.database,
  'db-newer': EXIT.database,
  'db-older': EXIT.database,
  'db-empty-file': EXIT.database,
  'db-busy': EXIT.busy,
  io: EXIT.io,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof EXIT_OF;
export type ErrorArguments = Readonly<Record<string, string | number>>;

/** What is found wrong, or worth knowing, as a value: the words are made at the edge. */
export interface Coded {
  readonly code: string;
  readonly args: ErrorArguments;
}

/** Stops the run: thrown once, caught once in main. `message` is for logs; people read the catalogue's sentence. */
export class TkguardError extends Error {
  readonly code: ErrorCode;
  readonly args: ErrorArguments;

  constructor(code: ErrorCode, args: ErrorArguments = {}) {
    super(`${code} ${JSON.stringify(args)}`);
    this.name = 'TkguardError';
    this.code = code;
    this.args = args;
  }

  get exitCode(): ExitCode {
    return EXIT_OF[this.code];
  }
}

/** By its name: parts with a file of their own in dist have a class of their own, too. */
export function isTkguardError(thrown: unknown): thrown is TkguardError {
  return thrown instanceof Error && thrown.name === 'TkguardError';
}
