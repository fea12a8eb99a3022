/** The one error type, and the exit codes (design.md §5). */
import type { CodeAndArguments, Coded, MessageArguments } from './words/index.ts';

export type { CodeAndArguments, Coded, MessageArguments } from './words/index.ts';

export const EXIT = { ok: 0, findings: 1, usage: 2, cannotJudge: 3, database: 4, io: 74, busy: 75 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of a gate: something to exit, something that cannot be judged, or neither. */
export function gateExitCode(verdicts: readonly (string | null)[]) {
  if (verdicts.includes('exit')) return EXIT.findings;
  return verdicts.includes('review') ? EXIT.cannotJudge : EXIT.ok;
}

/** All others end with `usage`: fix your call, your configuration or your input. */
const EXIT_OF: Partial<Record<ErrorCode, ExitCode>> = {
  'db-foreign': EXIT.database,
  'db-damaged': EXIT.database,
  'db-newer': EXIT.database,
  'db-older': EXIT.database,
  'db-empty-file': EXIT.database,
  'db-busy': EXIT.busy,
  'remote-down': EXIT.busy,
  io: EXIT.io,
};

/** What went wrong, as a value. Its words, and the arguments that they need, stand in the catalogues. */
export type Fault = Coded<'error'>;
export type ErrorCode = Fault['code'];

/** The argument `near` of an error: the names that may have been meant, one a line. */
export function nearArgument(names: readonly string[]): { readonly near?: string } {
  return names.length === 0 ? {} : { near: names.join('\n') };
}

export function namesNear({ args }: Fault): string[] {
  const { near }: MessageArguments = args;
  return near === undefined ? [] : String(near).split('\n');
}

/** For a code and arguments that were checked when they were put together: those of the database. */
export function faultOf(code: ErrorCode, args: MessageArguments): Fault {
  return { code, args } as Fault;
}

/** Stops the run: thrown once, caught once in main. `message` is for logs; people read the catalogue's sentence. */
export class TkguardError extends Error {
  readonly code: ErrorCode;
  readonly args: MessageArguments;

  constructor(...[code, args = {}]: CodeAndArguments<Fault>) {
    super(`${code} ${JSON.stringify(args)}`);
    this.name = 'TkguardError';
    this.code = code;
    this.args = args;
  }

  static of({ code, args }: Fault): TkguardError {
    return new TkguardError(...([code, args] as CodeAndArguments<Fault>));
  }

  get fault(): Fault {
    return faultOf(this.code, this.args);
  }

  get exitCode(): ExitCode {
    return EXIT_OF[this.code] ?? EXIT.usage;
  }
}

/** An error of the file system as `io`; any other as it is. */
export function ioErrorOf(path: string, error: unknown): unknown {
  const isOfFiles = error instanceof Error && 'syscall' in error;
  return isOfFiles ? new TkguardError('io', { path, reason: error.message }) : error;
}

export function isTkguardError(thrown: unknown): thrown is TkguardError {
  return thrown instanceof TkguardError;
}
