/** A forward proxy and a TLS front, both real, on loopback. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificate.ts'
import { listen } from './loopback.ts'

type Teardown = Parameters<typeof listen>[0]

export interface Proxy {
  readonly url: string
  /** What CONNECT asked for, with the login that came along. */
  readonly asked: { readonly to: string; readonly login: string | null }[]
  /** From now on CONNECT is answered so. */
  answer(status: number): void
}

/** Takes CONNECT only (RFC 9110 §9.3.6). */
export async function openProxy(t: Teardown): Promise<Proxy> {
  const asked: { to: string; login: string | null }[] = []
  let status = 200
  const server = createServer((_, reply) => reply.writeHead(405).end())
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    const basic = /^Basic (.+)$/.exec(request.headers['proxy-authorization'] ?? '')?.[1]
    asked.push({ to: String(request.url), login: basic ? Buffer.from(basic, 'base64').toString() : null })
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const [host, port] = String(request.url).split(':')
    const behind = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      behind.write(head)
    })
    joined(socket, behind)
  })
  return {
    url: `http://127.0.0.1:${await listen(t, server)}`,
    asked,
    answer(next) {
      status = next
    }
  }
}

export interface TlsFront {
  readonly port: number
  /** Connections so far that were trusted. */
  connections(): number
}

/** Serves what listens on the port behind with TLS. */
export async function openTlsFront(t: Teardown, certificate: Certificate, behind: number): Promise<TlsFront> {
  let connections = 0
  const server = createTlsServer(certificate, (socket) => {
    connections += 1
    joined(socket, connect(behind, '127.0.0.1'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, connections: () => connections }
}

function joined(a: Socket, b: Socket): void {
  a.pipe(b).pipe(a)
  for (const [one, other] of [
    [a, b],
    [b, a]
  ] as const)
    one.on('error', () => other.destroy())
}
