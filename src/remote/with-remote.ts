/** Opens a remote for some work, and words what goes wrong there. */
import { TkguardError } from '../errors.ts';
import type { Remote, RemotePlace } from './remote.ts';

/** What it is not there now for: try again. Everything else is for the user to mend. */
const DOWN = new Set(
  // Of the system. Classes of PostgreSQL: 08 connection, 40 two at the same time, 53 no room, 57P stopping, starting.
  'ENOENT ENOTDIR EIO ESTALE EHOSTDOWN EHOSTUNREACH ENETUNREACH ENETDOWN ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN'.split(
    ' ',
  ),
);
const DOWN_STATE = /^(08|40|53|57P)...?$/;

/** `connectMs`: how long a server may take to answer. Throws `remote-down` (75), or `remote-refused`: neither shows the address. */
export async function withRemote<T>(
  { name, at }: RemotePlace,
  work: (remote: Remote) => Promise<T>,
  connectMs?: number,
): Promise<T> {
  let remote: Remote | null = null;
  try {
    remote =
      'folder' in at
        ? (await import('./folder.ts')).openFolder(at.folder)
        : await (await import('./postgres.ts')).openPostgres(at.url, connectMs);
    return await work(remote);
  } catch (error) {
    throw remoteError(error, name, at);
  } finally {
    await remote?.close().catch(() => {});
  }
}

/** An error of a file system or of a database as ours; any other as it is. */
export function remoteError(error: unknown, remote: string, at: RemotePlace['at']): unknown {
  if (error instanceof TkguardError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const isLost = code === '' && /timeout|terminated|closed/i.test(error.message);
  if (code === '' && !isLost && !('url' in at)) return error;
  const reason = code === '' ? reasonOf(error, at) : `${code}: ${reasonOf(error, at)}`;
  if (isLost || DOWN.has(code) || DOWN_STATE.test(code)) return new TkguardError('remote-down', { remote, reason });
  return new TkguardError('remote-refused', { remote, reason });
}

/** Some errors have their words within. A password never shows. */
function reasonOf(error: Error, at: RemotePlace['at']): string {
  const [inner] = error instanceof AggregateError ? error.errors : [];
  const text = error.message || (inner instanceof Error ? inner.message : '');
  const secrets = 'url' in at && URL.canParse(at.url) ? [at.url, new URL(at.url).password] : [];
  const forms = secrets.flatMap((secret) => [secret, decodeURIComponent(secret)]).filter((form) => form !== '');
  return forms.reduce((clean, form) => clean.replaceAll(form, '…'), text);
}
