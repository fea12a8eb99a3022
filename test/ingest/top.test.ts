import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { fixtureBytes, fixtureSource, readJson, readSource } from '../support/exports.ts';
import { makeWorld } from '../support/run.ts';

const read = (file: string) => readSource(fixtureSource(`top/${file}`));
const doc = (file: string): any => JSON.parse(new TextDecoder().decode(fixtureBytes(`top/${file}`)));
test.each([
  ['material-optional.json', 'top-material-optional'],
  ['material-optional-types.json', 'top-material-optional'],
  ['material-optional-simplified.json', 'top-material-optional'],
  ['material-optional-upgrade.json', 'top-material-upgrade'],
  ['material-recommend.json', 'top-material-upgrade'],
  ['item-info-upgrade.json', 'top-material-upgrade'],
  ['optimus-material.json', 'top-optimus-material'],
])('%s is %s, alone among the formats', (file, format) => {
  const result = read(file);
  expect([result.format, result.problems]).toEqual([format, []]);
  expect(FORMATS.filter((known) => known.kind === 'json' && known.recognizes(doc(file))).map(({ id }) => id)).toEqual([
    format,
  ]);
});

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
  const planOf = (id: string) => diff.plans.find((plan: any) => plan.plan.id === id);
  expect(planOf('1000492471')).toMatchObject({
    verdict: 'exit',
    basis: 'item',
    special: { rateBp: 450 },
    general: { rateBp: 600 },
    gapBp: -150,
  });
  expect(planOf('1000492470')).toMatchObject({ verdict: null, standing: 'superseded', plan: { locked: true } });
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

const FIELDS = [
  ...['item_id', 'num_iid', 'seller_id', 'commission_rate', 'commission_type', 'info_dxjh', 'include_dxjh', 'nick'],
  ...['tk_total_sales', 'lock_rate', 'sp_campaign_list', 'sp_campaign', 'sp_cid', 'sp_rate', 'sp_status', 'sp_name'],
  ...['item_basic_info', 'publish_info', 'income_rate', 'income_info', 'subsidy_rate', 'subsidy_amount', 'topn_info'],
  ...['result_list', 'results', 'map_data', '__proto__'],
];
const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 6, depthSize: 'large', withCrossShrink: true },
    fc.constantFrom(null, '', '0', 5, '5.50', '450', 'COMMON', 'MKT', 'SP', '{"9":"450"}', '{"-9":1}', true, 1e21),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), tie('anything'), { maxKeys: 8 }),
  ),
}));

test('arbitrary JSON under these roots never throws, and every reading is sound', () => {
  const anyFormat = fc.constantFrom(undefined, 'top-material-optional', 'top-material-upgrade', 'top-optimus-material');
  const roots = fc.constantFrom(...ROOTED.map(([, root]) => root), null);
  fc.assert(
    fc.property(anything, roots, anyFormat, (body, root, format) => {
      const result = readJson(root === null ? body : { [root]: body }, format ? { format } : {});
      for (const { shop, planId, item, rate } of result.readings) {
        expect(shop.sellerId).toMatch(/^[^\s,"{[]+$/);
        expect(planId).toMatch(/^[^\s,"{[]+$/);
        expect(item?.id).toMatch(/^[^\s,"{[]+$/);
        if (rate?.bp != null) expect(rate.bp > 0 && rate.bp <= 10_000 && Number.isInteger(rate.bp)).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});
