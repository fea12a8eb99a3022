/** What reading gives, or why it was refused. */
import type { Findings } from '../../src/ingest/findings.ts';
import { refusalIn } from '../../src/ingest/findings.ts';

export interface Told {
  readonly rows: unknown;
  readonly findings: Findings;
  readonly refusal: unknown;
}

export function tell(findings: Findings, read: () => unknown): Told {
  try {
    return { rows: read(), findings, refusal: null };
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return { rows: null, findings, refusal };
  }
}
