/** Every type of channel. */
import type { ChannelType } from '../../config/shape.ts';
import type { Adapter } from '../channel.ts';
import { bark } from './bark.ts';
import { dingtalk } from './dingtalk.ts';
import { exec } from './exec.ts';
import { feishu } from './feishu.ts';
import { mail } from './mail.ts';
import { pushplus } from './pushplus.ts';
import { serverchan } from './serverchan.ts';
import { webhook } from './webhook.ts';
import { wecom } from './wecom.ts';

export const ADAPTERS: Readonly<Record<ChannelType, Adapter>> = {
  wecom,
  dingtalk,
  feishu,
  serverchan,
  pushplus,
  bark,
  mail,
  webhook,
  exec,
};
