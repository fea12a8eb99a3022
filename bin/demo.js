// The founding story, played yesterday and today: a merchant lowers a special plan below the general one. Its database is its own.
const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const folder = mkdtempSync(join(tmpdir(), 'tkguard-demo-'));
const env = { ...process.env, TKGUARD_DB: join(folder, 'demo.db') };
const HOUR = 3_600_000;

/** China's time, as it is typed in a table. */
function timeOf(hoursAgo) {
  return new Date(Date.now() - hoursAgo * HOUR + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ');
}

/** A table of two shops, captured so many hours ago; what changes is what the special plan of the first shop pays. */
function writePlans(name, hoursAgo, rate) {
  const captured = timeOf(hoursAgo);
  const approved = timeOf(30 * 24).slice(0, 10);
  const dress = `${captured},728628560,隆缘裳服饰旗舰店,610000000001,春季连衣裙`;
  const tea = `${captured},2649797694,全球茶叶公司,610000000002,明前龙井`;
  const rows = [
    '采集时间,店铺ID,店铺名称,商品ID,商品名称,计划ID,计划名称,计划类型,佣金比率,状态,审核时间',
    `${dress},0,通用计划,通用计划,8.38%,,`,
    `${dress},2616191,高佣定向计划,定向计划,${rate},审核通过,${approved}`,
    `${tea},0,通用计划,通用计划,2.80%,,`,
    `${tea},63960348,茶叶定向,定向计划,25.00%,审核通过,${approved}`,
  ];
  writeFileSync(join(folder, name), `${rows.join('\n')}\n`);
}

function tkguard(...args) {
  console.log(`\n$ tkguard ${args.join(' ')}`);
  spawnSync(process.execPath, [join(__dirname, 'tkguard.js'), ...args], { cwd: folder, env, stdio: 'inherit' });
}

try {
  writePlans('yesterday.csv', 26, '10.00%');
  writePlans('today.csv', 2, '8.00%');
  tkguard('sync', 'yesterday.csv');
  tkguard('sync', 'today.csv');
  tkguard('diff');
  tkguard('check', 'item.taobao.com/item.htm?id=610000000001');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
