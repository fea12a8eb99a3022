/** What orders taught of rates and plans (orders.md §3.7): as a document, and in words. */
import { millisecondsInHour } from 'date-fns/constants';
import { narrowedChanges, type PlanLessons, type RateMoments, shownMoment } from '../domain/lessons.ts';
import { formatIso } from '../domain/time.ts';
import type { Translate } from '../words/index.ts';
import { pick } from './document-parts.ts';
import type { LessonsDocument } from './documents-of-money.ts';
import type { Line } from './report.ts';
import { exactTimeText, percentText } from './values.ts';

export function lessonsDocument(lessons: PlanLessons): LessonsDocument {
  const { outside, afterExit, exit } = lessons;
  return {
    changes: narrowedChanges(lessons).map((change) => ({
      ...pick(change, 'side', 'fromBp', 'toBp'),
      itemId: change.itemNo,
      after: formatIso(change.afterMs),
      before: formatIso(change.beforeMs),
      paidAfter: formatIso(change.paidAfterMs),
      paidBefore: formatIso(change.paidBeforeMs),
    })),
    outside: pick(outside, 'lines', 'atGeneral'),
    afterExit: pick(afterExit, 'lines', 'atGeneral'),
    exit: exit && {
      at: formatIso(exit.exitMs),
      generalAt: formatIso(exit.generalMs),
      hours: Math.floor((exit.generalMs - exit.exitMs) / millisecondsInHour),
    },
  };
}

/** More are in the JSON. */
const MOST_CHANGES = 3;

export function lessonLines({ changes, outside, exit }: LessonsDocument, t: Translate): Line[] {
  return [
    ...(exit ? [t('loss.lesson.exit', { exit: exactTimeText(exit.at, t), hours: exit.hours })] : []),
    ...(outside.lines > 0 ? [t('loss.lesson.outside', { all: outside.lines, general: outside.atGeneral })] : []),
    ...changes.slice(0, MOST_CHANGES).map((change) =>
      t(`loss.lesson.${change.side}`, {
        item: change.itemId ?? '—',
        from: percentText(change.fromBp),
        to: percentText(change.toBp),
        after: exactTimeText(change.after, t),
        before: exactTimeText(change.before, t),
        paidAfter: exactTimeText(change.paidAfter, t),
        paidBefore: exactTimeText(change.paidBefore, t),
      }),
    ),
    ...(changes.length > MOST_CHANGES ? [t('loss.lesson.more', { n: changes.length - MOST_CHANGES })] : []),
  ];
}

/** `isSet`: the configuration says of which moment the rate is. */
export function momentLines(moments: RateMoments, isSet: boolean, t: Translate): Line[] {
  if (moments.click + moments.payment === 0) return [];
  const shown = isSet ? null : shownMoment(moments);
  return [
    t('loss.lesson.moment', moments),
    ...(shown ? [t('loss.lesson.moment.set', { moment: `"rateMoment": "${shown}"` })] : []),
  ];
}
