/** Answers of the alliance's pages, as a browser saves them. */

/** A list of joined plans; of several pages the `page`th. */
export function joinedAnswer(rows: readonly object[], { page = 1, pages = 1, items = rows.length } = {}): string {
  const data = { pagelist: rows, statusList: [], paginator: { items, page, pages } };
  return JSON.stringify({ ok: true, data, info: { ok: true } });
}

/** Plans of a shop: only the general one, at 1 %. */
export function shopAnswer(shopKeeperId: number): string {
  const rate = { avgCommission: 100, avgCommissionToString: '1.00 %' };
  const plan = { campaignId: 0, campaignName: '通用计划', ...rate, shopKeeperId };
  return JSON.stringify({ ok: true, data: { campaignList: [plan] } });
}
