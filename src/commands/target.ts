/** What `check` and `history` are asked about: a bare id, an item link, or the text that the Taobao app copies with a link in it. */
import type { Command } from 'commander';
import { foldWidth } from '../domain/rate.ts';
import { TkguardError } from '../errors.ts';
import type { TargetKind } from '../store/look-up.ts';
import type { Translate } from '../words/index.ts';

export interface Target {
  readonly id: string;
  readonly isLink: boolean;
}

const LINK = /(?:https?:)?\/\/[^\s"'<>，。「」【】]+/i;
const ITEM_HOST = /(^|\.)(taobao|tmall|tmall\.hk|95095)\.(com|hk)$/i;

/** Throws `unresolved-link` for links that hide the item id (short links): tkguard does not follow links. */
export function readTarget(text: string, t: Translate): Target {
  const link = LINK.exec(text)?.[0];
  const bare = foldWidth(text).trim();
  if (bare === '')
    throw new TkguardError('usage', { message: t('usage.missingArgument', { what: 'item|link|plan|shop' }) });
  if (link === undefined) return { id: bare, isLink: false };
  const address = link.startsWith('//') ? `https:${link}` : link;
  const url = URL.canParse(address) ? new URL(address) : null;
  const inPath = url && /\/i(\d+)\.html?$/.exec(url.pathname)?.[1];
  const id =
    url && ITEM_HOST.test(url.hostname)
      ? (url.searchParams.get('id') ?? url.searchParams.get('itemId') ?? inPath)
      : null;
  if (!id) throw new TkguardError('unresolved-link', { link });
  return { id: id.trim(), isLink: true };
}

export interface TargetOptions {
  readonly item?: boolean;
  readonly plan?: boolean;
  readonly shop?: boolean;
}

export function addTargetOptions(command: Command, t: Translate): Command {
  return command
    .argument('<item|link|plan|shop>', t('help.argument.query'))
    .option('--item', t('help.option.check-item'))
    .option('--plan', t('help.option.check-plan'))
    .option('--shop', t('help.option.check-shop'))
    .option('--account <name>', t('help.option.account'));
}

/** What an id may be: what the flags say, an item for a link, else any. */
export function kindsOf(target: Target, options: TargetOptions): readonly TargetKind[] {
  const all = ['item', 'plan', 'shop'] as const;
  const wanted = all.filter((kind) => options[kind] || (target.isLink && kind === 'item'));
  if (wanted.length > 1)
    throw new TkguardError('bad-option', { option: `--${wanted[1]}`, value: target.id, expected: `--${wanted[0]}` });
  return wanted.length > 0 ? wanted : all;
}
