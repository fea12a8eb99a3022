/** `tkguard dossier`: what one plan cost, as a paper to show. */
import { changesOf } from '../domain/changes.ts';
import { groupBy } from '../domain/group-by.ts';
import { historyOf } from '../domain/history.ts';
import { type ShopLedger, shopKey } from '../domain/ledger.ts';
import { LossSums } from '../domain/loss-sums.ts';
import { EVERY_ORDER } from '../domain/order-line.ts';
import { type PolicyRules, policyFor } from '../domain/policy.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { stateOf } from '../domain/state.ts';
import { runsOf } from '../domain/timeline.ts';
import { TkguardError } from '../errors.ts';
import { deedOf } from '../report/done-report.ts';
import { buildDossier } from '../report/dossier.ts';
import type { DossierInput, DossierSource } from '../report/dossier-blocks.ts';
import { dossierMarkdown } from '../report/dossier-markdown.ts';
import { renderDossier } from '../report/html/dossier-page.ts';
import { lossLineDocument } from '../report/loss-lines.ts';
import { bareName, bytesText } from '../report/values.ts';
import { readFeedFiles } from '../store/captures.ts';
import { findScope } from '../store/look-up.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import type { Translate } from '../words/index.ts';
import { type App, policyOf, print, writeDone } from './app.ts';
import { defineCommand } from './command.ts';
import { missingArgument } from './ids.ts';
import { compareLines, type JudgedLine, judgeOrders } from './judged-orders.ts';
import { askLedger, type Ledger, onlyPlace, readPlanId } from './ledger.ts';
import { manifestOf, manifestPath, verifyManifest } from './manifest.ts';
import { OUTPUT } from './options.ts';
import { placeFile, refuseExisting } from './output-file.ts';
import { type ReportQuestion, reportOf } from './report-ledger.ts';

export const command = defineCommand({
  options: [
    'account',
    'shop',
    'since.orders',
    'until.orders',
    'output.dossier',
    'mask',
    'force',
    'dossier-verify',
    ...OUTPUT,
  ],
  argument: { flags: '[plan]', name: 'plan' },
  async run(o, app, [word]) {
    if (o.verify !== undefined) {
      const entries = verifyManifest(o.verify);
      return writeDone([deedOf(app.t, 'dossier.verified', { path: o.verify, entries })], o.format, app);
    }
    if (word === undefined) throw missingArgument('plan', app);
    if (o.output === undefined && o.format !== 'table')
      throw new TkguardError('only-with', { option: `--format ${o.format}`, needed: '--output' });
    const planId = readPlanId(word);
    const isPage = o.output !== undefined && isPageName(o.output, planId);
    if (o.output !== undefined && !o.force) for (const path of [o.output, manifestPath(o.output)]) refuseExisting(path);
    const { nowMs: untilMs } = o.until;
    const asked: Asked = {
      planId,
      account: o.account ?? null,
      shop: o.shop,
      sinceMs: o.since?.(untilMs) ?? null,
      untilMs,
      policy: policyOf({}, app),
      isMasked: o.mask === true,
    };
    // The paper and its chart are of one state of the ledger.
    const { found, report } = await askLedger(o, Number.MAX_SAFE_INTEGER, app, (ledger) => {
      const found = collect(asked, ledger, app);
      if (!isPage) return { found, report: null };
      const reader = openLedgerReader(ledger.db, untilMs);
      return { found, report: reportOf(questionOf(asked, found), { ...ledger, reader }, app) };
    });
    const input = { ...found, generatedAtMs: app.host.now(), isMasked: asked.isMasked };
    const blocks = buildDossier(input, app.t);
    const text = report ? await renderDossier(blocks, report, found.nameOf, app.t) : dossierMarkdown(blocks);
    if (o.output === undefined) return print(text, app);
    placeFile(o.output, text);
    const manifest = manifestPath(o.output);
    placeFile(manifest, manifestOf(input, { path: o.output, text }));
    const size = bytesText(Buffer.byteLength(text));
    const done = [
      deedOf(app.t, 'dossier.done', { path: o.output, size }),
      deedOf(app.t, 'dossier.manifest', { path: manifest }),
    ];
    await writeDone(done, o.format, app);
  },
});

/** Whether a file of this name is a page, and not Markdown. Throws `bad-option` for what is neither. */
function isPageName(path: string, planId: string): boolean {
  const [, ending] = /\.(md|html)$/i.exec(path) ?? [];
  if (ending !== undefined) return ending.toLowerCase() === 'html';
  const expected = `${planId}.md, ${planId}.html`;
  throw new TkguardError('bad-option', { option: '--output', value: path, expected });
}

/** The report of the plan alone, with all that its verdict stands on. */
function questionOf({ planId: plan, shop, untilMs, policy, sinceMs }: Asked, { loss }: Collected): ReportQuestion {
  return {
    plan,
    account: loss.account,
    shop,
    asOf: { nowMs: untilMs, untilMs },
    policy,
    sinceMs: sinceMs ?? 0,
    isWhole: true,
    mostShown: Number.POSITIVE_INFINITY,
  };
}

interface Asked {
  readonly planId: string;
  readonly account: string | null;
  readonly shop: string | undefined;
  readonly sinceMs: number | null;
  readonly untilMs: number;
  readonly policy: PolicyRules;
  readonly isMasked: boolean;
}

type Collected = Omit<DossierInput, 'generatedAtMs' | 'isMasked'> & {
  /** How files are named to others. */
  nameOf(file: string): string;
};

/** Throws `unknown-id`, `no-orders`, and `ambiguous-plan` where orders of several shops or accounts fall to it. */
function collect(asked: Asked, ledger: Ledger, { t }: App): Collected {
  const { planId, account, shop, sinceMs, untilMs, policy, isMasked } = asked;
  const { db, reader } = ledger;
  const { shopIds } = findScope(db, { shop, plan: planId }, reader.merchants);
  const orders = { ...EVERY_ORDER, sinceMs, untilMs, accounts: account === null ? null : [account] };
  const judged = [...judgeOrders(ledger, { orders, policy, shopIds: new Set(shopIds) })].filter(
    ({ line }) => line.plan?.id === planId,
  );
  const places = [...groupBy(judged, placeOf).values()].flatMap((lines) => {
    const { account, shop } = lines[0].line;
    return shop ? [{ account, shop, lines }] : [];
  });
  const place = onlyPlace(planId, places);
  if (!place) throw new TkguardError('no-orders', { plan: planId });
  const sums = new LossSums();
  for (const one of place.lines) sums.add(one);
  const [loss] = sums.plans();
  const shopId = place.lines[0]?.shopId ?? 0;
  const whole = [...reader.histories([shopId], { account: place.account })].flatMap(([, own]) => own)[0];
  if (!loss || !whole) throw new TkguardError('no-orders', { plan: planId });
  const plan = stateOf(whole).plans.find(({ id }) => id === planId);
  const nameOf = openNames(place.account, isMasked, t);
  const sources = sourcesOf(whole, planId, place.lines, ledger).map((one) => ({ ...one, file: nameOf(one.file) }));
  const status = plan?.membership?.status ?? 'approved';
  return {
    loss,
    nameOf,
    history: historyOf(whole, { planId, itemId: null, sinceMs: Number.NEGATIVE_INFINITY }),
    changes: changesOf(whole, policy, new Set([planId])),
    joinedAt: plan?.membership?.joinedAt ?? null,
    approvedAt: plan?.membership?.approvedAt ?? null,
    isLeft: status !== 'approved' && status !== 'pending',
    maxAgeMs: policyFor(policy, loss.shop, planId).maxAgeMs,
    // What the user knew when is nobody else's business.
    lines: place.lines.map((one) => lossLineDocument({ ...one, moment: null }, t, nameOf)).sort(compareLines),
    sources,
  };
}

/** Folders, and an account in the name of a file, tell who the user is. Masked, a file has a number by the order of asking. */
function openNames(account: string, isMasked: boolean, t: Translate): (file: string) => string {
  const numbers = new Map<string, number>();
  // Not within a word: `a` is no part of `march.csv`.
  const escaped = account.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const name = new RegExp(`(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`, 'g');
  return (file) => {
    if (!isMasked) return bareName(file).replace(name, '…');
    const n = numbers.get(file) ?? numbers.size + 1;
    numbers.set(file, n);
    return t('dossier.file', { n });
  };
}

function placeOf({ line }: JudgedLine): string {
  return JSON.stringify([line.account, line.shop && shopKey(line.shop)]);
}

/** The captures of both plans, then the reports of orders. */
function sourcesOf(whole: ShopLedger, planId: string, lines: readonly JudgedLine[], { db }: Ledger): DossierSource[] {
  const told = whole.plans.filter((plan) => plan.planId === planId || plan.planId === GENERAL_PLAN_ID);
  const feedIds = [...new Set(told.flatMap(runsOf).map(({ feed }) => feed.id))].filter((id) => id > 0);
  const reports = groupBy(
    lines.flatMap(({ line: { order } }) => [order, ...order.earlier, ...order.refunds].map(({ source }) => source)),
    ({ sha256 }) => sha256,
  );
  const orders = [...reports.values()].map((same) => ({ ...same[0], rows: same.length }));
  return [...readFeedFiles(db, feedIds), ...orders.sort((a, b) => a.capturedMs - b.capturedMs)];
}
