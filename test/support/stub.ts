/** A server on loopback that stands for a channel: it keeps what it was sent, and answers as told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Got {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: any;
}

/** What it answers: a status and a body, or by hand; `reset` cuts the connection, `hang` never answers. */
export type Reply =
  | { readonly status?: number; readonly body: object | string; readonly headers?: Record<string, string> }
  | { readonly stream: (response: ServerResponse) => void }
  | 'reset'
  | 'hang';

export interface Stub {
  readonly address: string;
  readonly got: Got[];
  /** From now on. */
  reply: Reply | ((got: Got) => Reply);
}

/** Several replies are given one after the other; the last one stays. */
export async function startStub(reply: Stub['reply'], ...later: Stub['reply'][]): Promise<Stub> {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const one = { url: request.url ?? '', headers: request.headers, text, body: text === '' ? null : JSON.parse(text) };
    got.push(one);
    const { reply } = stub;
    stub.reply = later.shift() ?? reply;
    answer(typeof reply === 'function' ? reply(one) : reply, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const stub: Stub = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got, reply };
  return stub;
}

function answer(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'reset') return void request.socket.destroy();
  if ('stream' in reply) return void reply.stream(response);
  const { status = 200, body, headers = {} } = reply;
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}
