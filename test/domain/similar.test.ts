import { expect, test } from 'vitest';
import { similarNames } from '../../src/domain/similar.ts';

const KNOWN = ['2616191', '2616192', '728628560', '隆缘裳服饰旗舰店', '全球茶叶公司', 'studio-b'];

test.each([
  ['2616119', ['2616191', '2616192']],
  ['26161', ['2616191', '2616192'].slice(0, 0)],
  ['728628506', ['728628560']],
  ['隆缘裳', ['隆缘裳服饰旗舰店']],
  ['隆原裳服饰旗舰店', ['隆缘裳服饰旗舰店']],
  ['Studio-B', ['studio-b']],
  ['studo-b', ['studio-b']],
  ['x', []],
  ['', []],
])('%s', (word, similar) => {
  expect(similarNames(word, KNOWN)).toEqual(similar);
});

test('of two letters a wrong one makes another word, a missing one does not', () => {
  expect(similarNames('cn', ['en', 'zh'])).toEqual([]);
  expect(similarNames('茶', ['茶店', '瓷店'])).toEqual(['茶店']);
  expect(similarNames('vs', ['vsn'])).toEqual(['vsn']);
  expect(similarNames('jsn', ['json'])).toEqual(['json']);
});
