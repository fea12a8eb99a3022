/** Tables of the user's own, in few words. */

/**
 * By time of capture, rows `shop plan rate status`: plan 0 is the general one, the others are approved if nothing else is said.
 * `plan@item`: the rate of an item.
 */
export function ownTable(captures: Readonly<Record<string, readonly string[]>>): string {
  const lines = Object.entries(captures).flatMap(([at, rows]) =>
    rows.map((row) => {
      const [shop, named = '', rate, status = 'approved'] = row.split(' ');
      const [plan, item = ''] = named.split('@');
      const kind = plan === '0' ? 'general,' : `special,${status}`;
      return `${at},${shop},${item},${plan},${kind},${rate}`;
    }),
  );
  return ['captured_at,shop_id,item_id,plan_id,plan_type,status,rate', ...lines, ''].join('\n');
}
