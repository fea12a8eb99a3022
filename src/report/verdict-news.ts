/** Verdicts that changed, as sync and inspect tell them. */
import { VERDICTS } from '../domain/question.ts';
import type { VerdictChange } from '../import/outcome.ts';
import type { Translate } from '../words/index.ts';
import { bothRates, pick, riskDocument } from './document-parts.ts';
import type { DocumentOf } from './documents.ts';
import { earlyDocument, earlySentences } from './kept-part.ts';
import { reasonSentence, reasonSentences, shortRisk } from './phrases.ts';
import { cellsLine, type Line } from './report.ts';
import { agoText, comparedText, labelOf, movedText, severalAccounts } from './values.ts';

type SyncDocument = DocumentOf<'sync'>;
type ChangedVerdict = SyncDocument['changes'][number];

export function changedVerdictDocument(change: VerdictChange): ChangedVerdict {
  return {
    ...pick(change, 'account', 'shop', 'plan', 'from', 'to'),
    stale: change.isStale,
    ageMs: change.ageMs,
    ...bothRates(change),
    reasons: change.reasons,
    ...riskDocument(change.atRisk),
    early: earlyDocument(change.early),
  };
}

/** Of each verdict that plans changed to so many are told by name, but for exits. */
const MOST_TOLD = 10;
/** More new plans than these that are not to exit are only counted. */
const FEW_NEW = 3;
const URGENCY = [...VERDICTS.filter((verdict) => verdict !== 'keep'), null, 'keep'] as const;

/** Exits first, one line each; many new plans that are not to exit are only counted. */
export function changeLines(changes: readonly ChangedVerdict[], t: Translate): Line[] {
  const withAccount = severalAccounts(changes);
  const stale = changes.filter(isStaleSince).length;
  const lines = URGENCY.flatMap((verdict): Line[] => {
    const all = changes.filter(({ to }) => to === verdict).sort(verdict === 'exit' ? compareGaps : () => 0);
    if (all.length === 0) return [];
    const head = t(`count.${verdict ?? 'left'}`, { n: all.length });
    const command = verdict === null ? 'tkguard changes' : `tkguard diff --verdict ${verdict}`;
    const news = verdict === 'exit' || all.length <= FEW_NEW ? all : all.filter(({ from }) => from !== null);
    const told = verdict === 'exit' ? news : news.slice(0, MOST_TOLD);
    if (told.length === 0) return [t('diff.more', { what: head, command })];
    const rest = all.length === told.length ? [] : [t('sync.rest', { n: all.length - told.length, command })];
    const closing = verdict === 'exit' ? [...rest, t('sync.exit')] : rest;
    return [
      { text: t('sync.section', { what: head }), tone: verdict === 'exit' ? 'exit' : 'plain' },
      ...told.flatMap((change) => [changeLine(change, withAccount, t), ...earlyLines(change, t)]),
      ...closing.map((text) => ({ text, depth: 1 })),
    ];
  });
  return stale === 0 ? lines : [...lines, t('sync.stale-now', { n: stale })];
}

/** The worst first, as in diff. */
function compareGaps(a: ChangedVerdict, b: ChangedVerdict): number {
  return gapOf(a) - gapOf(b);
}

function gapOf({ specialBp, generalBp }: ChangedVerdict): number {
  return specialBp === null || generalBp === null ? Number.MAX_SAFE_INTEGER : specialBp - generalBp;
}

/** The verdict is of data that has grown too old since. */
function isStaleSince({ stale, reasons }: ChangedVerdict): boolean {
  return stale && reasons.every(({ code }) => code !== 'stale');
}

/** An exit in aligned parts: whose, which, and the rates. Of others also what they were before, and why they changed. */
function changeLine(change: ChangedVerdict, withAccount: boolean, t: Translate): Line {
  const { account, from, to, shop, plan, reasons } = change;
  const whose = [...(withAccount ? [account] : []), shop.name ?? shop.id ?? '—', labelOf(plan.name, plan.id)];
  if (to === 'exit') {
    const cost = shortRisk(change, t);
    const { ageMs } = change;
    const age = isStaleSince(change) && ageMs !== null ? t('sync.age', { ago: agoText(ageMs, t) }) : null;
    return cellsLine([...whose, exitText(change, t), ...[cost, age].filter((said) => said !== null)], 1);
  }
  const [reason] = reasons;
  const before = from === null ? '' : t('sync.before', { from: t(`verdict.${from}`) });
  // What is too old to judge by is news for what it says by now.
  const saysMore = from !== null && reason?.code === 'stale';
  const because = saysMore ? reasonSentences(reasons, t) : reason && reasonSentence(reason, t);
  const why = to === 'keep' ? comparedText(change.specialBp, change.generalBp, t) : because;
  const what = whose.join(t('name.separator'));
  return { text: t('sync.change', { what, before, why: why ?? '' }), depth: 1 };
}

function earlyLines({ early }: ChangedVerdict, t: Translate): Line[] {
  const text = earlySentences(early, t);
  return text === '' ? [] : [{ text, depth: 2 }];
}

/** `special 8.00% < general 8.38% (10.00→8.00)`. */
function exitText({ specialBp, generalBp, reasons }: ChangedVerdict, t: Translate): string {
  const cut = reasons.find((reason) => reason.code === 'rate-cut');
  const rates = comparedText(specialBp, generalBp, t);
  return cut ? t('rates.cut', { rates, cut: movedText(cut.fromBp, cut.toBp) }) : rates;
}

/** Where no verdict changed: that, with what they are; nothing where there is nothing new. */
export function unchangedLines({ changes, verdicts, summary }: SyncDocument, t: Translate): string[] {
  if (changes.length > 0) return [];
  if (verdicts === null) return summary.known > 0 && summary.imported === 0 ? [t('sync.nothing-new')] : [];
  const told = (['exit', 'review', 'keep'] as const).map((verdict) => t(`count.${verdict}`, { n: verdicts[verdict] }));
  return [t('sync.unchanged', { counts: told.join(t('list.separator')) })];
}
