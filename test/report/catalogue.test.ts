import { expect, test } from 'vitest';
import { CHANGE_CODES } from '../../src/domain/changes.ts';
import { FINDING_CODES, LEVELS } from '../../src/domain/examination.ts';
import type { Alternative } from '../../src/domain/gate.ts';
import { GRADES } from '../../src/domain/grade.ts';
import { COVERAGES, MEASURES, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../../src/domain/reading.ts';
import type { ReasonCode } from '../../src/domain/reason.ts';
import { CAPTURED_FROM } from '../../src/domain/snapshot.ts';
import type { Standing } from '../../src/domain/standing.ts';
import { CHINA } from '../../src/domain/time.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { NoteCode, ProblemCode, RefusalCode } from '../../src/ingest/findings.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { en } from '../../src/words/en.ts';
import { createTranslator } from '../../src/words/index.ts';
import { zh } from '../../src/words/zh.ts';

test('both languages have the same keys', () => {
  expect(Object.keys(zh)).toEqual(Object.keys(en));
});

test.each(Object.keys(en))('%s says something in both languages', (key) => {
  if (key === 'sentence.separator') return;
  expect(en[key as keyof typeof en].trim()).not.toBe('');
  expect(zh[key as keyof typeof en].trim()).not.toBe('');
});

// A code that is added to a union and not here fails the type check.
const reasons: Record<ReasonCode, true> = {
  'below-general': true,
  'below-min-gain': true,
  'above-general': true,
  'no-gain': true,
  mixed: true,
  'rate-cut': true,
  'general-raised': true,
  'no-general-rate': true,
  'no-special-rate': true,
  'zero-rate': true,
  'average-only': true,
  locked: true,
  conflict: true,
  stale: true,
  'plan-stopped': true,
  missing: true,
  'pending-approval': true,
  'membership-unknown': true,
  'not-joined': true,
  exited: true,
  'exit-not-effective': true,
  superseded: true,
  'binding-unknown': true,
  'shop-unclear': true,
  'may-come-back': true,
  'part-average': true,
  'whole-plan': true,
  'ends-soon': true,
};
const problems: Record<ProblemCode, true> = {
  needed: true,
  'bad-rate': true,
  'bad-time': true,
  'future-time': true,
  'bad-id': true,
  'rounded-id': true,
  'bad-word': true,
  'bad-number': true,
  'bad-amount': true,
  'duplicate-key': true,
  'ragged-row': true,
  'open-quote': true,
  'not-an-object': true,
  'bad-json-line': true,
  disagrees: true,
};
const refusals: Record<RefusalCode, true> = {
  'login-page': true,
  throttled: true,
  captcha: true,
  html: true,
  'no-result': true,
  'not-ok': true,
  'open-platform-error': true,
  empty: true,
  'header-only': true,
  'no-rows': true,
  'not-json': true,
  'bad-encoding': true,
  'unknown-format': true,
  'not-this-format': true,
  'unlike-format': true,
  'newer-snapshot': true,
  'title-row': true,
  'mapping-drift': true,
  'no-list': true,
  'not-supported-yet': true,
  'other-document': true,
  database: true,
  'hidden-sheets': true,
  'sheet-too-large': true,
  'sheet-damaged': true,
  'sheet-locked': true,
  'order-report': true,
  'elite-report': true,
  'missing-columns': true,
  'duplicate-column': true,
  'missing-id': true,
  'only-names': true,
  'bad-rows': true,
  'bad-ledger': true,
  'too-many-bad-rows': true,
  'mixed-rate-units': true,
  unreadable: true,
  'future-request-time': true,
  'future-file-time': true,
  'mass-disappearance': true,
  'duplicate-key': true,
  'ambiguous-id': true,
  'no-such-path': true,
  'format-drift': true,
  'changed-while-read': true,
  'long-line': true,
  'damaged-archive': true,
  'encrypted-archive': true,
  'archive-method': true,
  'unsafe-archive': true,
  'nested-too-deep': true,
  'too-large': true,
  'nothing-inside': true,
  'damaged-har': true,
  'no-known-answers': true,
  'failed-request': true,
  'empty-answer': true,
};
const notes: Record<NoteCode, true> = {
  'no-line-end': true,
  'unknown-columns': true,
  'known-again': true,
  discarded: true,
  released: true,
  'dated-by-content': true,
  'incomplete-list': true,
  'incomplete-pages': true,
  'whole-unknown': true,
  'missing-pages': true,
  'pages-changed': true,
  'pages-apart': true,
  'missing-rows': true,
  'page-copies': true,
  'filtered-list': true,
  'ignored-requests': true,
  'general-uncertain': true,
  'unit-unknown': true,
  'plan-unnamed': true,
  'plan-not-said': true,
  'income-only': true,
  'not-usable': true,
  'other-sheets': true,
  'left-out': true,
};
const errors: Record<ErrorCode, true> = {
  usage: true,
  'bad-option': true,
  'time-to-come': true,
  'time-past': true,
  'no-config': true,
  'bad-config': true,
  'config-syntax': true,
  'config-twice': true,
  'unknown-setting': true,
  'misspelt-setting': true,
  'config-exists': true,
  'no-paths': true,
  'only-with-paths': true,
  'no-such-path': true,
  'nothing-to-read': true,
  'no-proposal': true,
  'unknown-mapping': true,
  'no-mappings': true,
  'no-database': true,
  'unknown-document': true,
  'unknown-id': true,
  'unresolved-link': true,
  'ambiguous-plan': true,
  'no-snapshot': true,
  'not-held': true,
  'not-special': true,
  'not-joined': true,
  'not-exited': true,
  'db-foreign': true,
  'file-exists': true,
  'no-folder': true,
  'not-a-backup': true,
  'backup-of-itself': true,
  'db-damaged': true,
  'db-newer': true,
  'db-older': true,
  'db-empty-file': true,
  'db-busy': true,
  io: true,
};
const standings: Record<Standing, true> = {
  binding: true,
  closed: true,
  superseded: true,
  pending: true,
  'not-joined': true,
};
const vias: Record<Alternative['via'], true> = {
  general: true,
  joined: true,
  joinable: true,
  event: true,
  marketing: true,
};

const needed: readonly (readonly [prefix: string, codes: readonly string[]])[] = [
  ['reason', Object.keys(reasons)],
  ['problem', Object.keys(problems)],
  ['error', Object.keys(refusals)],
  ['note', Object.keys(notes)],
  ['error', Object.keys(errors)],
  ['standing', Object.keys(standings)],
  ['via', Object.keys(vias)],
  ['membership', MEMBERSHIPS],
  ['kind', PLAN_KINDS],
  ['measure', MEASURES],
  ['state', PLAN_STATES],
  ['coverage', COVERAGES],
  ['captured-from', CAPTURED_FROM],
  ['change', CHANGE_CODES],
  ['grade', GRADES],
  ['level', LEVELS],
  ['doctor', FINDING_CODES.filter((code) => !code.endsWith('-fault'))],
  ['place', ['database', 'backups', 'config']],
  ['facet', [...new Set(FORMATS.flatMap((format) => format.gives))]],
  ['need', [...new Set(FORMATS.flatMap((format) => format.needs))]],
  ['format', FORMATS.flatMap(({ id }) => [`${id}.title`, `${id}.where`])],
];

test.each(needed)('every %s code has words', (prefix, codes) => {
  expect(codes.map((code) => `${prefix}.${code}`).filter((key) => !Object.hasOwn(en, key))).toEqual([]);
});

test('an argument is never taken for a placeholder or a pattern', async () => {
  const t = await createTranslator('zh', CHINA);
  expect(t('reason.superseded', { by: '{by} $& $1' })).toBe('已被后来审核通过的计划 {by} $& $1 覆盖。');
});
