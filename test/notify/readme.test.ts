/** The recipe of the READMEs, as it stands there, against a stub. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld } from '../support/run.ts';
import { ROOT } from '../support/spawn.ts';
import { startStub } from '../support/stub.ts';

test.each(['README.md', 'README.zh-CN.md'])('%s', async (file) => {
  const [, recipe = ''] = /```jsonc\n( *"notify": .*?)```/s.exec(readFileSync(join(ROOT, file), 'utf8')) ?? [];
  expect(recipe).toContain('https://oapi.dingtalk.com/robot/send?access_token=…');
  const stub = await startStub({ body: { errcode: 0, errmsg: 'ok' } });
  const world = makeWorld('2026-11-20T12:00:00+08:00');
  world.configure(`{\n${recipe.replace('https://oapi.dingtalk.com', stub.address)}}`);
  expect(await world.run('notify', 'test')).toMatchObject({ code: 0, err: '' });
  const rows = ['2026-11-20,1,0,general,8.38%,', '2026-11-20,1,2616191,special,8.00%,approved'];
  const csv = world.write('a.csv', `captured_at,shop_id,plan_id,plan_type,rate,status\n${rows.join('\n')}\n`);
  expect(await world.run('sync', csv)).toMatchObject({ code: 0, err: '' });
  expect(stub.got.map(({ body }) => body.msgtype)).toEqual(['markdown', 'markdown']);
  expect(stub.got[1]?.body.markdown.text).toContain('2616191');
  // Signed by the secret that stands there.
  expect(stub.got[1]?.url).toMatch(/&timestamp=\d+&sign=/);
});
