/** Load from `autocannon`: new deliveries on the given number of connections. */
import autocannon from 'autocannon'
import { delivery, type Kind, SECRET } from './deliveries.ts'

export interface Load {
  readonly connections: number
  readonly eventsPerPost: number
  readonly kind?: Kind
  /** Duration, or number of deliveries. */
  readonly last: { readonly seconds: number } | { readonly deliveries: number }
}

export interface Answered {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answered 204. */
  readonly acknowledged: number
  /** Anything else: other statuses, errors, time-outs. */
  readonly refused: number
}

export async function shoot(url: string, { connections, eventsPerPost, kind, last }: Load): Promise<Answered> {
  const headers = { authorization: SECRET, 'content-type': 'application/json' }
  const result = await autocannon({
    url,
    connections,
    ...('seconds' in last ? { duration: last.seconds } : { amount: last.deliveries }),
    requests: [
      { method: 'POST', headers, setupRequest: (request) => ({ ...request, body: delivery(eventsPerPost, kind).body }) }
    ]
  })
  return {
    requestsPerSecond: result['2xx'] / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    acknowledged: result['2xx'],
    refused: result.non2xx + result.errors + result.timeouts
  }
}
