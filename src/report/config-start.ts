/** The configuration that `tkguard init` writes: but for the folders of exports everything in it is a comment. */
import type { Lang } from '../words/index.ts';

/** Where exports are saved, and whose they are; null: nobody is named. */
export interface ExportFolder {
  readonly path: string;
  readonly account: string | null;
}

/** A channel for alerts, as it stands in the configuration. */
export type ChannelSettings = Readonly<Record<string, string>>;

/** `channel` null: none. */
export function configStart(lang: Lang, folders: readonly ExportFolder[], channel: ChannelSettings | null): string {
  const sources = folders.map(({ path, account }, i) => {
    const name = account ?? (i === 0 ? 'exports' : `exports-${i + 1}`);
    const source = { name, path, ...(account === null ? {} : { account }), after: 'keep', period: '3d' };
    return `    ${JSON.stringify(source)},\n`;
  });
  const channels = channel === null ? '' : `    ${JSON.stringify(channel)},\n`;
  return CONFIG_START[lang]
    .replace('  "sources": [\n', (line) => line + sources.join(''))
    .replace('"channels": [\n', (line) => line + channels);
}

export const CONFIG_START: Readonly<Record<Lang, string>> = {
  en: `// Settings of tkguard. Remove the // before a line to make it count; \`tkguard config\` shows what is in force.
// Comments and a comma before a closing bracket are allowed. Paths are relative to this file; ~/ is your home.
{
  // "database": "~/tkguard/tkguard.db",
  // "language": "en",               // en or zh
  // "timeZone": "Asia/Shanghai",    // how times are shown, and read on the command line
  // "account": "default",           // whose exports they are, where nothing else says so

  "policy": {
    // "minGain": "0.5",             // keep only what beats the general rate by this many percentage points
    // "maxAge": "3d",               // do not judge by older data
    // "confirmMissing": 2,          // exports a plan must be missing from to count as gone
    // "rateMoment": "click",        // at which rate orders are settled (click or payment), once \`tkguard loss\` has shown it
    // Exceptions; a plan's comes before its shop's.
    "shops": {
      // "728628560": { "minGain": "1" },
    },
    "plans": {
      // "2616191": { "maxAge": "7d" },
    },
  },

  // What \`tkguard sync\` reads where no files are named.
  "sources": [
    // A folder, a file or a pattern. "after": what becomes of files that were taken in (keep, archive or delete).
    // A warning comes when nothing new has come for longer than "period".
    // { "name": "inbox", "path": "~/exports", "account": "default", "after": "keep", "period": "3d" },

    // An address. Secrets stand in variables ("env") or in files that only you may read ("file").
    // { "name": "feed", "url": "https://example.com/plans.csv", "headers": { "Authorization": { "env": "FEED_TOKEN" } }, "timeout": "30s", "maxSize": "64MB" },

    // A command that writes an export to its standard output: the program, then its arguments.
    // { "name": "script", "command": ["./export.sh", "--all"], "format": "tkguard-csv", "partial": true },
  ],

  // A page with charts, renewed after each sync.
  // "report": "~/tkguard/report.html",

  // An address that is told when a sync begins (/start), has gone well, or has failed (/fail).
  // "heartbeat": { "env": "HEARTBEAT_URL" },

  // Who is alerted when a plan turns bad: \`tkguard help alerts\`. Try it: \`tkguard notify test\`.
  "notify": { "channels": [
    // { "name": "group", "type": "dingtalk", "url": { "env": "DINGTALK_URL" }, "secret": { "env": "DINGTALK_SECRET" } },
    // { "name": "me", "type": "bark", "key": { "file": "~/.bark" }, "only": ["exit", "exit-failed"], "digest": "09:05" },
  ] },
}
`,
  zh: `// tkguard 的设置。去掉行首的 // 即可生效；用 \`tkguard config\` 查看当前生效的设置。
// 可以写注释，右括号前可以有逗号。路径相对于本文件；~/ 是用户主目录。
{
  // "database": "~/tkguard/tkguard.db",
  // "language": "zh",               // en 或 zh
  // "timeZone": "Asia/Shanghai",    // 显示时间、读取命令行中时间所用的时区
  // "account": "default",           // 没有别处注明时，导出数据属于哪个账号

  "policy": {
    // "minGain": "0.5",             // 定向佣金至少高出通用计划多少个百分点才保留
    // "maxAge": "3d",               // 更旧的数据不作为判断依据
    // "confirmMissing": 2,          // 连续多少份导出里都没有，才算计划已消失
    // "rateMoment": "click",        // 订单按哪一刻的比率结算（click 点击或 payment 付款），等 \`tkguard loss\` 看得出来再写
    // 例外设置；计划的优先于店铺的。
    "shops": {
      // "728628560": { "minGain": "1" },
    },
    "plans": {
      // "2616191": { "maxAge": "7d" },
    },
  },

  // 不指定文件时，\`tkguard sync\` 读取这些来源。
  "sources": [
    // 文件夹、文件或通配符。"after"：导入后文件如何处理（keep 保留、archive 归档、delete 删除）。
    // 超过 "period" 没有新内容就提醒。
    // { "name": "inbox", "path": "~/exports", "account": "default", "after": "keep", "period": "3d" },

    // 网址。密码等放在环境变量（"env"）或仅本人可读的文件（"file"）里。
    // { "name": "feed", "url": "https://example.com/plans.csv", "headers": { "Authorization": { "env": "FEED_TOKEN" } }, "timeout": "30s", "maxSize": "64MB" },

    // 把导出数据写到标准输出的命令：程序，然后是各参数。
    // { "name": "script", "command": ["./export.sh", "--all"], "format": "tkguard-csv", "partial": true },
  ],

  // 带曲线的网页报告，每次同步之后更新。
  // "report": "~/tkguard/report.html",

  // 同步开始（/start）、成功、失败（/fail）时通知的网址。
  // "heartbeat": { "env": "HEARTBEAT_URL" },

  // 计划变坏时提醒谁：见 \`tkguard help alerts\`。试一试：\`tkguard notify test\`。
  "notify": { "channels": [
    // { "name": "群", "type": "dingtalk", "url": { "env": "DINGTALK_URL" }, "secret": { "env": "DINGTALK_SECRET" } },
    // { "name": "我", "type": "bark", "key": { "file": "~/.bark" }, "only": ["exit", "exit-failed"], "digest": "09:05" },
  ] },
}
`,
};
