/** One HTTP request: no redirects followed, a limit on time and size. What goes wrong is a code, never a text that may hold the address. */

export interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** What is posted; left out: it is a GET. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Of a header, by its name in small letters; null: there is none. */
  header(name: string): string | null;
  readonly bytes: Uint8Array;
}

export type RequestResult = HttpAnswer | { readonly failure: string };

/** `failure`: `timeout`, `too-large`, or the code of the system or of the certificate (`ECONNREFUSED`, `CERT_HAS_EXPIRED`). */
export async function sendRequest(address: string, options: RequestOptions): Promise<RequestResult> {
  const { headers, timeoutMs, maxBytes, body } = options;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const posted = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(address, { headers, redirect: 'manual', signal, ...posted });
    const header = (name: string) => response.headers.get(name);
    if (Number(header('content-length') ?? 0) > maxBytes) {
      await response.body?.cancel();
      return { failure: 'too-large' };
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxBytes) return { failure: 'too-large' };
      chunks.push(chunk);
    }
    return { status: response.status, header, bytes: Buffer.concat(chunks) };
  } catch (error) {
    return { failure: failureCode(error) };
  }
}

/** How long an answer asks to wait: seconds, or until a date (RFC 9110 §10.2.3); null: it does not say. */
export function retryAfterMs({ header }: HttpAnswer, nowMs: number): number | null {
  const text = header('retry-after');
  if (text === null) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
}

function failureCode(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return 'timeout';
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause ? String(cause.code) : cause.name;
  return /^[A-Z][A-Z_\d]+$/.test(code) ? code : 'failed';
}
