/** E-mail by SMTP: `smtps://user:password@host:465`, or `smtp://` with STARTTLS. Its library is loaded only here, and when it sends. */
import type { Transporter } from 'nodemailer';
import { type Adapter, type Outcome, refusedOutcome, retry, type Settings } from '../channel.ts';
import { isLoopback } from '../http.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

export const mail: Adapter = {
  mostBytes: Number.POSITIVE_INFINITY,
  isMarkdown: false,
  prepare({ key, title, lines }, settings) {
    const { to } = settings;
    const from = settings.from || decodeURIComponent(new URL(settings.url).username);
    const sent: Mail = { from, to, subject: title, text: lines.join('\n'), messageId: `<${key}@tkguard>` };
    return {
      shown: `MAIL ${new URL(settings.url).host}\n${JSON.stringify(sent)}`,
      send: (_, timeoutMs) => send(sent, settings, timeoutMs),
    };
  },
};

async function send(mail: Mail, settings: Settings, timeoutMs: number): Promise<Outcome> {
  const transport = await openTransport(settings, timeoutMs);
  // Its time-outs are of each step: the whole needs one, too.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((done) => {
    timer = setTimeout(() => done(retry('timeout', 'unreachable')), timeoutMs);
  });
  const sending = transport
    .sendMail({ ...mail, to: [...mail.to] })
    .then(({ rejected, response }): Outcome => {
      if (rejected.length === 0) return { is: 'sent', answer: response };
      return refusedOutcome(`rejected ${rejected.join(', ')}`, 'recipient');
    })
    .catch(judgeError);
  try {
    return await Promise.race([sending, late]);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

async function openTransport(
  { url }: Settings,
  timeoutMs: number,
): Promise<Transporter<{ rejected: string[]; response: string }>> {
  const { createTransport } = await import('nodemailer');
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return createTransport({
    host: hostname,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback(hostname),
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
}

function judgeError(error: {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}): Outcome {
  const { code = 'failed', responseCode = 0, response = '' } = error;
  const answer = `${code} ${response}`.trim();
  if (code === 'EAUTH') return refusedOutcome(answer, 'mail-login');
  if (code === 'EENVELOPE' && responseCode >= 500) return refusedOutcome(answer, 'recipient');
  return retry(answer, 'unreachable');
}
