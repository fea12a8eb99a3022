/** `tkguard sync --verbose`: what was decided about each file, for stderr. */
import { formatMinute } from '../domain/time.ts';
import type { FileOutcome } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { cleanText } from './sanitize.ts';

/** Clean lines: the file with its format, then each snapshot with its time and what it is complete for. */
export function describeDecisions(file: FileOutcome, isFormatGiven: boolean, t: Translate): string[] {
  const status = t(`status.${file.status}`);
  const head =
    file.format === null
      ? t('verbose.file', { file: file.file, status })
      : t('verbose.format', {
          file: file.file,
          status,
          format: file.format,
          why: t(isFormatGiven ? 'verbose.told' : 'verbose.recognised'),
          encoding: file.encoding ?? '—',
        });
  const snapshots = file.snapshots.map(({ account, capturedMs, capturedFrom, coverage, rows }) =>
    t('verbose.snapshot', {
      account,
      at: formatMinute(capturedMs, t.zone),
      from: t(`captured-from.${capturedFrom}`),
      coverage: t(`coverage.${coverage}`),
      rows,
    }),
  );
  return [cleanText(head), ...snapshots.map((line) => `  ${cleanText(line)}`)];
}
