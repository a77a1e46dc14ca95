/** Asks a running service through its API. The store has one owner at a time, so a running service must be asked. */
import type { OpsAccess } from '../settings.ts'
import { CommandFailed } from './io.ts'

/** A person waits for the answer. */
const TIMEOUT_MS = 10_000

/** Okay or not found; everything else fails the command with a sentence. */
export type OpsAnswer = { readonly found: true; readonly body: unknown } | { readonly found: false }

export interface OpsClient {
  readonly url: string
  /** Null when nothing listens there, so no service runs. */
  get(path: string): Promise<OpsAnswer | null>
}

export function createOpsClient({ host, port, token }: OpsAccess['ops'], fetcher: typeof fetch = fetch): OpsClient {
  const url = `http://${reachable(host)}:${port}`
  return {
    url,
    async get(path) {
      if (port === 0) return null
      let response: Response
      try {
        response = await fetcher(`${url}${path}`, {
          headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          signal: AbortSignal.timeout(TIMEOUT_MS)
        })
      } catch (error) {
        if (isRefused(error)) return null
        throw new CommandFailed([`The service at ${url} does not answer (${reasonOf(error)}).`])
      }
      return answerOf(response, url)
    }
  }
}

/** The address to call when the service listens on all of them. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

async function answerOf(response: Response, url: string): Promise<OpsAnswer> {
  if (response.status === 404) return { found: false }
  if (response.status === 401 || response.status === 403) {
    throw new CommandFailed([`The service at ${url} refuses REENROLL_OPS_TOKEN. Use the token it was started with.`])
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok || body === undefined) {
    throw new CommandFailed([
      `What answers at ${url} is no healthy Reenroll (HTTP ${response.status}). Check REENROLL_OPS_HOST and REENROLL_OPS_PORT.`
    ])
  }
  return { found: true, body }
}

function isRefused(error: unknown): boolean {
  return reasonOf(error) === 'ECONNREFUSED'
}

/** The system's code behind fetch's "fetch failed"; with several addresses, the first one's. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return cause instanceof Error ? cause.name : 'unknown reason'
}
