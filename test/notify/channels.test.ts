/** Every channel against a stub with its real answers (alerts.md §1): only its own code says that a message has arrived. */
import { createHmac } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChannelType } from '../../src/config/shape.ts';
import { hostOf } from '../../src/host.ts';
import type { Outcome, Settings } from '../../src/notify/channel.ts';
import { signDingtalk } from '../../src/notify/channels/dingtalk.ts';
import { signFeishu } from '../../src/notify/channels/feishu.ts';
import { ADAPTERS } from '../../src/notify/channels/index.ts';
import { type Reply, startStub } from '../support/stub.ts';

const NOW = Date.parse('2026-11-20T12:00:00+08:00');
const MINUTE = 60_000;
/** Until ten past midnight. */
const TOMORROW = 12 * 60 * MINUTE + 10 * MINUTE;
const MESSAGE = {
  key: 'k1',
  title: 'tkguard 提醒',
  lines: ['- 第一行', '第二行'],
  document: { schema: 'tkguard.alert/1', text: '中' },
};
const NOTHING: Settings = { url: '', key: '', secret: '', to: [], from: '', command: [], folder: '.' };

function send(type: ChannelType, settings: Partial<Settings>, timeoutMs = 5000): Promise<Outcome> {
  return ADAPTERS[type].prepare(MESSAGE, { ...NOTHING, ...settings }, NOW).send(hostOf(process), timeoutMs);
}

interface Case {
  readonly settings: (address: string) => Partial<Settings>;
  readonly ok: object;
  /** Refused by its code, and what the user is advised. */
  readonly refused: readonly (readonly [reply: Exclude<Reply, string>, hint: string])[];
  /** To be tried again, and how long the channel is left alone; null: as usual. */
  readonly limited: readonly (readonly [reply: Exclude<Reply, string>, hint: string, waitMs: number | null])[];
}

const url = (address: string) => ({ url: `${address}/hook` });
const key = (address: string) => ({ url: address, key: 'SCT1' });

const CASES: Readonly<Partial<Record<ChannelType, Case>>> = {
  wecom: {
    settings: url,
    ok: { errcode: 0, errmsg: 'ok' },
    refused: [
      [{ body: { errcode: 93000, errmsg: 'invalid webhook url' } }, 'bad-key'],
      [{ body: { errcode: 40058, errmsg: 'markdown.content exceed max length 4096' } }, 'bad-message'],
    ],
    limited: [
      [{ body: { errcode: 45009, errmsg: 'api freq out of limit' } }, 'rate', MINUTE],
      [{ body: { errcode: 45033, errmsg: 'api concurrent out of limit' } }, 'rate', MINUTE],
      [{ body: { errcode: -1, errmsg: 'system busy' } }, 'unknown', null],
    ],
  },
  dingtalk: {
    settings: url,
    ok: { errcode: 0, errmsg: 'ok' },
    refused: [
      [{ body: { errcode: 310000, errmsg: 'keywords not in content' } }, 'dingtalk'],
      [{ body: { errcode: 300001, errmsg: 'token is not exist' } }, 'bad-key'],
    ],
    limited: [
      [{ body: { errcode: 130101, errmsg: 'send too fast' } }, 'rate', 10 * MINUTE],
      [{ body: { errcode: 90030, errmsg: 'daily limit' } }, 'quota', TOMORROW],
      [{ body: { status: 1111, wait: 5, punish: 'deny' } }, 'rate', 10 * MINUTE],
      [{ body: { errcode: -1, errmsg: '系统繁忙' } }, 'unknown', null],
    ],
  },
  feishu: {
    settings: url,
    ok: { code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success' },
    refused: [
      [{ body: { code: 19021, msg: 'sign match fail or timestamp is not within one hour' } }, 'sign'],
      [{ body: { code: 19024, msg: 'Key Words Not Found' } }, 'keyword'],
      [{ status: 400, body: { code: 9499, msg: 'Bad Request' } }, 'bad-message'],
    ],
    limited: [[{ body: { code: 11232, msg: 'frequency limited' } }, 'rate', 3 * MINUTE]],
  },
  serverchan: {
    settings: key,
    ok: { code: 0, message: '', data: { pushid: '1', error: 'SUCCESS' } },
    refused: [
      [{ status: 400, body: { code: 40001, message: '[AUTH]bad pushkey' } }, 'bad-key'],
      [{ body: { code: 10000, message: 'no such' } }, 'unknown'],
    ],
    limited: [[{ status: 502, body: { code: 1, message: 'x' } }, 'unknown', null]],
  },
  pushplus: {
    settings: key,
    ok: { code: 200, msg: '请求成功', data: 'x' },
    refused: [
      [{ body: { code: 903, msg: '无效的用户令牌' } }, 'bad-key'],
      [{ body: { code: 905, msg: '账户未进行实名认证' } }, 'real-name'],
      [{ body: { code: 888, msg: '积分不足' } }, 'quota'],
    ],
    limited: [
      [{ body: { code: 900, msg: '用户账号使用受限' } }, 'quota', TOMORROW],
      [{ body: { code: 500, msg: '系统异常' } }, 'server', null],
    ],
  },
  bark: {
    settings: key,
    ok: { code: 200, message: 'success', timestamp: 1 },
    refused: [[{ status: 400, body: { code: 400, message: 'failed to get device token' } }, 'bad-key']],
    limited: [
      [{ status: 500, body: { code: 500, message: 'push failed: BadDeviceToken' } }, 'server', null],
      // Its code and its status must both be well.
      [{ status: 500, body: { code: 200, message: 'x' } }, 'unknown', null],
    ],
  },
  webhook: {
    settings: url,
    ok: { any: 'thing' },
    refused: [
      [{ status: 401, body: '' }, 'bad-status'],
      [{ status: 404, body: {} }, 'bad-status'],
    ],
    limited: [[{ status: 408, body: '' }, 'server', null]],
  },
};

describe.each(Object.entries(CASES) as [ChannelType, Case][])('%s', (type, { settings, ok, refused, limited }) => {
  test('its own code, and nothing else, is success', async () => {
    const stub = await startStub({ body: ok });
    expect((await send(type, settings(stub.address))).is).toBe('sent');
    expect(stub.got).toHaveLength(1);
  });

  test.each(refused)('refused: %j', async (reply, hint) => {
    const stub = await startStub(reply);
    expect(await send(type, settings(stub.address))).toMatchObject({ is: 'refused', hint });
  });

  test.each(limited)('to be tried again: %j', async (reply, hint, waitMs) => {
    const stub = await startStub(reply);
    expect(await send(type, settings(stub.address))).toMatchObject({ is: 'retry', hint, waitMs });
  });

  test.each<[string, Reply, object]>([
    [
      'a page of a proxy',
      { body: '<html>Login</html>' },
      type === 'webhook' ? { is: 'sent' } : { is: 'retry', hint: 'not-json' },
    ],
    [
      'another document',
      { body: { hello: 1 } },
      type === 'webhook' ? { is: 'sent' } : { is: 'retry', hint: 'not-json' },
    ],
    ['500', { status: 500, body: 'oops' }, { is: 'retry', hint: 'server', waitMs: null }],
    ['503, later', { status: 503, body: '', headers: { 'Retry-After': '7' } }, { is: 'retry', waitMs: 7000 }],
    [
      '429, at a time',
      { status: 429, body: '', headers: { 'Retry-After': new Date(NOW + 90_000).toUTCString() } },
      { waitMs: 90_000 },
    ],
    [
      'a redirect',
      { status: 302, body: '', headers: { Location: 'http://127.0.0.1:1/' } },
      { is: 'refused', hint: 'redirect' },
    ],
    ['a connection that is cut', 'reset', { is: 'retry', hint: 'unreachable' }],
    ['no answer', 'hang', { is: 'retry', answer: 'timeout' }],
  ])('%s', async (_, reply, outcome) => {
    const stub = await startStub(reply);
    expect(await send(type, settings(stub.address), reply === 'hang' ? 300 : 5000)).toMatchObject(outcome);
  });

  test('an address that others could read is not used', async () => {
    expect(await send(type, settings('http://example.com'))).toMatchObject({ is: 'refused', hint: 'insecure' });
  });
});

/** Two other implementations give the same (alerts.md §1). */
test('signatures', () => {
  expect(signDingtalk(1_700_000_000_000, 'SECtest')).toBe('aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=');
  expect(signFeishu(1_700_000_000, 'SECtest')).toBe('G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk=');
});

describe('what is on the wire', () => {
  async function wire(type: ChannelType, settings: (address: string) => Partial<Settings>) {
    const stub = await startStub({ body: CASES[type]?.ok ?? {} });
    expect((await send(type, settings(stub.address))).is).toBe('sent');
    const [got] = stub.got;
    if (!got) throw new Error('nothing arrived');
    expect(got.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(got.text).not.toContain('\\u');
    return got;
  }

  const { title, lines } = MESSAGE;
  const signed = (path: string) => (address: string) => ({ url: `${address}${path}`, secret: 'S' });
  const robot = '/robot/send?access_token=T';
  test.each<[ChannelType, (address: string) => Partial<Settings>, path: string, body: object]>([
    [
      'wecom',
      (address) => ({ url: `${address}/send?key=K` }),
      '/send?key=K',
      { msgtype: 'markdown_v2', markdown_v2: { content: '**tkguard 提醒**\n- 第一行\n第二行' } },
    ],
    // Signed, encoded once, and it mentions nobody.
    [
      'dingtalk',
      signed(robot),
      `${robot}&timestamp=${NOW}&sign=${encodeURIComponent(signDingtalk(NOW, 'S'))}`,
      {
        msgtype: 'markdown',
        markdown: { title, text: '**tkguard 提醒**\n\n- 第一行\n\n第二行' },
        at: { isAtAll: false },
      },
    ],
    // Signed, and texts alone.
    [
      'feishu',
      signed('/hook'),
      '/hook',
      {
        timestamp: String(NOW / 1000),
        sign: signFeishu(NOW / 1000, 'S'),
        msg_type: 'post',
        content: { post: { zh_cn: { title, content: lines.map((text) => [{ tag: 'text', text }]) } } },
      },
    ],
    ['serverchan', key, '/SCT1.send', { title, desp: '- 第一行\n\n第二行' }],
    ['pushplus', key, '/', { token: 'SCT1', title, content: '- 第一行\n第二行', template: 'txt' }],
    ['bark', key, '/push', { device_key: 'SCT1', title, body: '- 第一行\n第二行', group: 'tkguard', id: 'k1' }],
    ['webhook', url, '/hook', MESSAGE.document],
  ])('%s', async (type, settings, path, body) => {
    const got = await wire(type, settings);
    expect([got.url, got.body]).toEqual([path, body]);
  });

  test.each<[ChannelType, key: string, host: string]>([
    ['serverchan', 'SCT1', 'sctapi.ftqq.com'],
    ['serverchan', 'sctp12tabc', '12.push.ft07.com'],
    ['pushplus', 'p', 'www.pushplus.plus'],
    ['bark', 'b', 'api.day.app'],
  ])('%s with the key %s alone: its host is %s', (type, own, host) => {
    const { shown } = ADAPTERS[type].prepare(MESSAGE, { ...NOTHING, key: own }, NOW);
    expect(shown.split('\n')[0]).toBe(`POST https://${host}/…`);
  });

  test('webhook: its key, and a signature of both time and body', async () => {
    const { headers, text } = await wire('webhook', signed('/hook'));
    expect(headers['idempotency-key']).toBe('k1');
    const signature = createHmac('sha256', 'S')
      .update(`${NOW / 1000}.${text}`)
      .digest('hex');
    expect(headers['x-tkguard-signature']).toBe(`t=${NOW / 1000},v1=${signature}`);
  });
});

describe('exec', () => {
  const node = (code: string) => send('exec', { command: [process.execPath, '-e', code] });
  test.each([
    [
      'process.stdin.once("data", (d) => process.exit(JSON.parse(d).schema === "tkguard.alert/1" ? 0 : 9))',
      { is: 'sent', answer: 'exit 0' },
    ],
    ['console.error("no luck"); process.exit(3)', { is: 'retry', answer: 'exit 3 no luck', hint: 'program' }],
    // It never reads what it is given.
    ['process.exit(0)', { is: 'sent' }],
  ])('%s', async (code, outcome) => {
    expect(await node(code)).toMatchObject(outcome);
  });

  test('no shell, and a program that is not there', async () => {
    expect(await send('exec', { command: ['/nowhere/at/all; true'] })).toMatchObject({
      is: 'refused',
      answer: 'ENOENT',
    });
    expect(await send('exec', { command: ['sleep', '60'] }, 300)).toMatchObject({ is: 'retry', answer: 'timeout' });
  });
});

/** An SMTP server in twenty lines. `answers`: by the first word of a command; `hang` says nothing. */
async function startSmtp(answers: Readonly<Record<string, string>>): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const say = (text: string) => text !== 'hang' && socket.write(`${text}\r\n`);
    say(answers.HELLO ?? '220 stub');
    let inData = false;
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('utf8').split('\r\n').filter(Boolean)) {
        heard.push(line);
        if (inData && line !== '.') continue;
        const word = inData ? 'END' : (line.split(/[ :]/)[0] ?? '').toUpperCase();
        inData = word === 'DATA';
        const usual = { EHLO: '250 AUTH PLAIN', DATA: '354 go on', AUTH: '235 ok', QUIT: '221 bye' }[word] ?? '250 ok';
        say(answers[line] ?? answers[word] ?? usual);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard };
}

describe('mail', () => {
  const to = ['a@example.com', 'b@example.com'];
  const mail = (port: number, timeoutMs?: number) =>
    send('mail', { url: `smtp://me%40example.com:code@127.0.0.1:${port}`, to }, timeoutMs);

  test('is sent by the user of the address, and known by its key', async () => {
    const { port, heard } = await startSmtp({});
    expect(await mail(port)).toMatchObject({ is: 'sent' });
    expect(heard).toContain('MAIL FROM:<me@example.com>');
    expect(heard.join('\n')).toContain('Message-ID: <k1@tkguard>');
    expect(heard.some((line) => /^Subject: =\?UTF-8\?/.test(line))).toBe(true);
  });

  test.each<[Record<string, string>, object]>([
    [{ AUTH: '535 Login Fail' }, { is: 'refused', hint: 'mail-login' }],
    [{ RCPT: '550 no such user' }, { is: 'refused', hint: 'recipient' }],
    // The library takes it for sent.
    [
      { 'RCPT TO:<b@example.com>': '550 no such user' },
      { is: 'refused', hint: 'recipient', answer: 'rejected b@example.com' },
    ],
    [{ END: '450 try later' }, { is: 'retry' }],
    [{ HELLO: 'hang' }, { is: 'retry' }],
  ])('%j', async (answers, outcome) => {
    const { port } = await startSmtp(answers);
    expect(await mail(port, 1500)).toMatchObject(outcome);
  });

  test('nobody there', async () => {
    expect(await mail(1)).toMatchObject({ is: 'retry', hint: 'unreachable' });
  });
});
