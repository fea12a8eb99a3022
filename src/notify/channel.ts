/** What a channel is: how a message becomes a request, and what the answer means. */
import type { Host } from '../host.ts';
import type { CodeOf } from '../words/index.ts';

/** A message as it goes out: names in it are harmless already. */
export interface Message {
  /** Of what it tells: the same for the same alerts, so that the other side can know a repetition. */
  readonly key: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** `tkguard.alert/1`. */
  readonly document: object;
}

/** Of the configuration, secrets read. What is not given is empty. */
export interface Settings {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly to: readonly string[];
  readonly from: string;
  readonly command: readonly string[];
  /** The working folder of a command. */
  readonly folder: string;
}

/** What the user can do about an answer. */
export type Hint = CodeOf<'alert.hint'>;

/** `answer`: what the channel said, in its own words; it may hold secrets. */
export type Outcome =
  | { readonly is: 'sent'; readonly answer: string }
  | {
      readonly is: 'retry' | 'refused';
      readonly answer: string;
      readonly hint: Hint;
      readonly waitMs: number | null;
      /** So often it may be tried in all; null: as often as any. */
      readonly mostTries: number | null;
    };

export interface Sending {
  /** For `--dry-run`: it may hold secrets. */
  readonly shown: string;
  send(host: Host, timeoutMs: number): Promise<Outcome>;
}

export interface Adapter {
  /** Of title and lines together. */
  readonly mostBytes: number;
  readonly isMarkdown: boolean;
  prepare(message: Message, settings: Settings, nowMs: number): Sending;
}

export function retry(
  answer: string,
  hint: Hint,
  waitMs: number | null = null,
  mostTries: number | null = null,
): Outcome {
  return { is: 'retry', answer, hint, waitMs, mostTries };
}

export function refusedOutcome(answer: string, hint: Hint): Outcome {
  return { is: 'refused', answer, hint, waitMs: null, mostTries: null };
}
