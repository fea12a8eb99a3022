/**
 * A browser's record of its network traffic: the answers of the alliance's pages with their requests, which say what the
 * answers lack (formats.md §9). Of a request only its known address, ids, page and the names of its filters leave this
 * file: cookies, tokens and all other parameters are never kept or shown.
 */
import { parseTime } from '../domain/time.ts';
import { idCell } from './cells.ts';
import { addIds } from './file-names.ts';
import { isRefusal, orRefusal, type Refusal, stop } from './findings.ts';
import { ANY_VALUE, type Format, type KnownIds, type ListFormat } from './format.ts';
import { FORMATS } from './formats/registry.ts';
import { at, isList, isObject, type Json, parseJson, textOf } from './json.ts';

/** What a request says of its answer. */
export interface AnswerRequest {
  readonly format: string;
  /** null: it does not say. */
  readonly ids: KnownIds;
  readonly capturedMs: number | null;
  readonly page: number | null;
  readonly rowsPerPage: number | null;
  /** Names of the parameters that may narrow the list, so that it is not taken for complete. */
  readonly filters: readonly string[];
  /** Tells one list from another, beyond format and ids. May hold what was asked for: never to be kept or shown. */
  readonly list: string;
}

export interface HarAnswer {
  /** Unique only together with the page and the time. */
  readonly name: string;
  readonly request: AnswerRequest;
  readonly body: Uint8Array | Refusal;
}

interface Har {
  readonly answers: readonly HarAnswer[];
  /** Requests whose address no format knows. */
  readonly ignored: number;
}

/** Whether a file is a HAR, by its beginning. */
export function isHarHead(head: string): boolean {
  return /^\s*\{\s*"log"\s*:\s*\{/.test(head);
}

/** Every known answer of a HAR, in the order of the record. The refusal never quotes the file: it holds secrets. */
export function readHar(text: string): Har {
  let document: Json;
  try {
    // Only texts are read here, so the fast parser, which rounds long numbers, will do.
    document = JSON.parse(text.replace(/^\ufeff/, '')) as Json;
  } catch {
    return stop('damaged-har');
  }
  const entries = at(document, 'log', 'entries');
  if (!isList(entries)) return stop('damaged-har');
  const answers = entries.flatMap((entry) => readEntry(entry) ?? []);
  return { answers, ignored: entries.length - answers.length };
}

function readEntry(entry: Json): HarAnswer | null {
  const method = textOf(at(entry, 'request', 'method')).toUpperCase();
  // A preflight (OPTIONS) has the address and no answer.
  if (method !== 'GET' && method !== 'POST') return null;
  const written = textOf(at(entry, 'request', 'url'));
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  if (!isOfAlliance(url)) return null;
  const parameters = readParameters(url, at(entry, 'request', 'postData'));
  const known = findAddress(url, parameters);
  if (!known) return null;
  const { format, address } = known;
  const ids = orRefusal(() => readIds(parameters));
  const page = wholeNumber(parameters, ['topage', 'pageno']);
  const filters = format.kind === 'json' && format.list ? findFilters(parameters, format.list) : [];
  const request: AnswerRequest = {
    format: format.id,
    ids: isRefusal(ids) ? NO_IDS : ids,
    capturedMs: parseTime(textOf(at(entry, 'startedDateTime')))?.ms ?? null,
    page,
    rowsPerPage: wholeNumber(parameters, ['perpagesize', 'pagesize']),
    filters: filters.map(nameToShow),
    list: JSON.stringify([address, filters.map((name) => [name, parameters.get(name)])]),
  };
  return {
    name: nameOf(address, request.ids, page),
    request,
    body: isRefusal(ids) ? ids : orRefusal(() => readBody(at(entry, 'response'))),
  };
}

const ALLIANCE_DOMAINS = ['alimama.com', 'taobao.com'];

/** Other hosts may serve anything that looks the same. */
function isOfAlliance({ protocol, hostname }: URL): boolean {
  return (
    (protocol === 'https:' || protocol === 'http:') &&
    ALLIANCE_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
  );
}

/** Parameters of every page that narrow nothing: paging, sessions, caches and what the answer is wrapped in. */
const HARMLESS = new Set(
  'topage pageno perpagesize pagesize t _ _t token _tb_token_ _ksts _input_charset callback jsonp pvid spm scm'.split(
    ' ',
  ),
);

/** Any other parameter may narrow the list: which ones do is not known. */
function findFilters(parameters: Parameters, { pageParameters }: ListFormat): string[] {
  const own = new Map(Object.entries(pageParameters).map(([name, value]) => [name.toLowerCase(), value]));
  return [...parameters].flatMap(([name, value]) => {
    const usual = own.get(name);
    const isHarmless = HARMLESS.has(name) || usual === ANY_VALUE || usual === value.trim();
    return value.trim() === '' || isHarmless ? [] : [name];
  });
}

/** A body that is no list of parameters comes out as one long name, which may hold anything. */
function nameToShow(name: string): string {
  return /^[a-z_][\w.-]{0,30}$/i.test(name) ? name : '…';
}

/** Names of parameters in small letters, since pages spell them differently (formats.md §1.3); of equal names the first that is not blank counts. */
type Parameters = ReadonlyMap<string, string>;

function readParameters(url: URL, postData: Json | undefined): Parameters {
  const parameters = new Map<string, string>();
  const add = (name: string, value: string) => {
    const key = name.toLowerCase();
    if ((parameters.get(key) ?? '').trim() === '') parameters.set(key, value);
  };
  for (const [name, value] of url.searchParams) add(name, value);
  const listed = at(postData, 'params');
  const fields = isList(listed) ? listed : [];
  for (const field of fields) add(textOf(at(field, 'name')), textOf(at(field, 'value')));
  const body = textOf(at(postData, 'text')).trim();
  if (fields.length > 0 || body === '') return parameters;
  const parsed = body.startsWith('{') ? parseJson(body) : null;
  if (parsed?.ok && isObject(parsed.value)) {
    for (const [name, value] of Object.entries(parsed.value))
      add(name, typeof value === 'object' ? JSON.stringify(value ?? '') : textOf(value));
  } else for (const [name, value] of new URLSearchParams(body)) add(name, value);
  return parameters;
}

/** The format whose answers come from there. The open platform has one address for all methods, and a page one for its list and the download of it. */
function findAddress(url: URL, parameters: Parameters): { format: Format; address: string } | null {
  const isPlatform = url.pathname.endsWith('/router/rest');
  const isTable = parameters.has('downloadid');
  const found = FORMATS.flatMap((format) => {
    const address = format.addresses.find((known) =>
      isPlatform ? known === parameters.get('method') : known.startsWith('/') && url.pathname.endsWith(known),
    );
    return address === undefined ? [] : [{ format, address }];
  });
  return found.find(({ format }) => (format.kind === 'table') === isTable) ?? found[0] ?? null;
}

const NO_IDS: KnownIds = { seller: null, item: null, campaign: null, keeper: null };

const ID_PARAMETERS: readonly (readonly [name: string, kind: keyof KnownIds])[] = [
  ['orimemberid', 'seller'],
  ['usernumberid', 'seller'],
  ['omid', 'seller'],
  ['sellerid', 'seller'],
  ['itemid', 'item'],
  ['campaignid', 'campaign'],
  ['shopkeeperid', 'keeper'],
];

/** A word such as `undefined` in the place of an id is none; two ids for one thing are refused. */
function readIds(parameters: Parameters): KnownIds {
  const found = ID_PARAMETERS.flatMap(([name, kind]) => {
    const id = idCell(parameters.get(name) ?? '');
    const isId = typeof id === 'string' && /\d/.test(id) && (id !== '0' || kind === 'campaign');
    return isId ? [[kind, id] as const] : [];
  });
  return addIds(NO_IDS, found);
}

function wholeNumber(parameters: Parameters, names: readonly string[]): number | null {
  const text = names.map((name) => parameters.get(name)).find((value) => value !== undefined) ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

/** `joinedSpecialCampaigns.json page 2`: nothing of it but digits comes from the request. */
function nameOf(address: string, ids: KnownIds, page: number | null): string {
  const named = Object.entries(ids).filter(([, id]) => id !== null && /^-?\d+$/.test(id));
  const parts = [address.split('/').at(-1) ?? '', ...named.map(([kind, id]) => `${kind} ${id}`)];
  return [...parts, ...(page === null ? [] : [`page ${page}`])].join(' ');
}

function readBody(response: Json | undefined): Uint8Array {
  const status = Number(textOf(at(response, 'status')) || 0);
  if (textOf(at(response, 'redirectURL')).includes('login.taobao.com')) stop('login-page');
  // 304 is fine: the record has the content of the browser's cache.
  if (status < 200 || status >= 400) stop('failed-request', { status: status || '—' });
  const text = textOf(at(response, 'content', 'text'));
  if (text === '') stop('empty-answer');
  return Buffer.from(text, textOf(at(response, 'content', 'encoding')) === 'base64' ? 'base64' : 'utf8');
}
