/**
 * `fetch` with a proxy and trusted authorities of its own. Node's own takes both for the whole process, its HTTP client for
 * each agent.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { globalAgent, Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Connection {
  /** Its address with its login, or `none`. Left out: the one of the environment, if any. */
  readonly proxy?: string | undefined
  /** Authorities as PEM text, trusted instead of Node's. */
  readonly ca?: string | undefined
}

/** For a connection that has nothing of its own, Node's `fetch`. */
export function fetchOver({ proxy, ca }: Connection): typeof fetch {
  if (proxy === undefined && ca === undefined) return fetch
  const own = proxy === 'none' ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  const proxyEnv = proxy === undefined ? globalAgent.options.proxyEnv : own
  // Each call has a connection of its own, so that none is closed by the other side in the moment it is used.
  const plain = { start: httpRequest, agent: new HttpAgent({ proxyEnv }) }
  const secure = { start: httpsRequest, agent: new HttpsAgent({ proxyEnv, ca }) }
  return async (input, init) => {
    const request = new Request(input, init)
    const body = Buffer.from(await request.arrayBuffer())
    const { start, agent } = request.url.startsWith('https:') ? secure : plain
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = start(request.url, { method: request.method, headers: Object.fromEntries(request.headers), agent })
      init?.signal?.addEventListener('abort', () => sent.destroy(init.signal?.reason))
      sent.on('response', resolve).on('error', reject).end(body)
    })
    const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
    const text = Buffer.concat(await answer.toArray())
    return new Response(text.length > 0 ? text : null, { status: answer.statusCode ?? 0, headers })
  }
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The text of a PEM file. Throws a sentence for one that cannot be used; `named` is where it is named. */
export function authoritiesIn(path: string, named: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new Error(`${named}: ${path} cannot be read (${code}); check the path and its permissions.`)
  }
  const found = text.match(CERTIFICATES) ?? []
  if (found.length > 0 && found.every(isCertificate)) return text
  throw new Error(`${named}: ${path} has no valid certificates; write the authorities' certificates as PEM text.`)
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
