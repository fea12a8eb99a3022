import { expect, test } from 'vitest';
import { fixtureBytes, readJson } from '../support/exports.ts';
import { makeWorld, planOf } from '../support/run.ts';

const doc = (file: string): any => JSON.parse(new TextDecoder().decode(fixtureBytes(`top/${file}`)));
const ROOTED = [
  ['top-material-optional', 'tbk_dg_material_optional_response'],
  ['top-material-optional', 'tbk_sc_material_optional_response'],
  ['top-material-upgrade', 'tbk_dg_material_optional_upgrade_response'],
  ['top-material-upgrade', 'tbk_dg_material_recommend_response'],
  ['top-material-upgrade', 'tbk_item_info_upgrade_get_response'],
  ['top-optimus-material', 'tbk_dg_optimus_material_response'],
] as const;
const EMPTY = [{}, '', null, [], { request_id: 'x' }, { result_list: {} }, { result_list: '' }, { results: {} }];

test.each(ROOTED)('%s: an empty %s is refused', (format, root) => {
  for (const body of [...EMPTY, { result_list: { map_data: [] } }, { results: { n: '' } }]) {
    expect(readJson({ [root]: body }).refusal?.code).toBe('no-rows');
    expect(readJson({ [root]: body }, { format }).refusal?.code).toBe('no-rows');
  }
  for (const body of [
    5,
    { result_list: 5 },
    { result_list: { total: 5 } },
    { result_list: { map_data: { item_id: 1 } } },
  ]) {
    expect(readJson({ [root]: body }).refusal).toEqual({ code: 'unlike-format', args: { format } });
    expect(readJson({ [root]: body }, { format }).refusal?.code).toBe('not-this-format');
  }
});

test('a joined special plan below the general rate of the open platform is to be left', async () => {
  const world = makeWorld();
  const at = '2026-11-20T09:00:00+08:00';
  const fixture = (name: string) => world.write(name.replace('/', '-'), fixtureBytes(name), at);
  const files = ['joined-table/joined-campaigns.txt', 'top/material-optional-upgrade.json'].map(fixture);
  expect(await world.run('sync', ...files)).toMatchObject({ code: 0, err: '' });
  const diff = await world.json('diff', '--all');
  expect(planOf(diff, '1000492471')).toMatchObject({
    verdict: 'exit',
    basis: 'item',
    special: { rateBp: 450 },
    general: { rateBp: 600 },
    gapBp: -150,
  });
  expect(planOf(diff, '1000492470')).toMatchObject({ verdict: null, standing: 'superseded', plan: { locked: true } });
  // A search that does not list the general plan does not make it missing.
  const later = doc('material-optional-upgrade.json');
  later.tbk_dg_material_optional_upgrade_response.result_list.map_data[0].publish_info.commission_type = 'MKT';
  for (const hour of [10, 11]) {
    const path = world.write(`${hour}.json`, JSON.stringify({ ...later, hour }), `2026-11-20T${hour}:00:00+08:00`);
    await world.run('sync', path);
  }
  const after = await world.json('diff');
  expect(after.plans[0]).toMatchObject({
    verdict: 'exit',
    plan: { id: '1000492471' },
    general: { rateBp: 600, capturedAt: at },
    context: { marketing: { rateBp: 600 } },
  });
});
