/** Putting answers on the wire: Okta's headers and error bodies, and the wrong answers that faults ask for. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ID_PREFIXES } from '../org/ids.ts'
import type { Fault } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { ProofRefused } from './access.ts'
import type { SimResponse } from './call.ts'
import { errorBody, errorForStatus, type SimError } from './errors.ts'
import type { Allowance } from './limits.ts'

/** One request and its answer, for whoever checks both against Okta's description. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** Whose token it came with tells one app's calls from another's. */
  readonly authorization: string | undefined
  /** Parsed, when it was JSON; undefined when there was none. */
  readonly requestBody: unknown
  readonly status: number
  readonly body: unknown
}

/** A request with the reply it is waiting for. */
export interface Wire {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly onExchange: ((exchange: Exchange) => void) | undefined
}

/** Sends an answer. */
export function send({ request, reply, onExchange }: Wire, answer: SimResponse): FastifyReply {
  const { status, body, headers = {} } = answer
  const { method, url, headers: sent } = request
  onExchange?.({ method, url, authorization: sent.authorization, requestBody: parsed(request.body), status, body })
  reply.code(status).headers(headers)
  return body === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(body))
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Does what a fault asks for instead of answering well. */
export function misbehave(wire: Wire, org: Org, fault: Fault, allowance: Allowance): FastifyReply {
  const { answer } = fault
  if (typeof answer === 'string') {
    wire.reply.hijack()
    if (answer === 'drop') wire.request.raw.socket.destroy()
    return wire.reply
  }
  const throttled = answer.status === 429
  const headers =
    throttled && answer.concurrency
      ? concurrencyHeaders(org.clock())
      : limitHeaders(throttled ? { ...allowance, remaining: 0 } : allowance)
  return send(wire, { ...refusal(org, errorForStatus(answer.status, answer.errorCode)), headers })
}

/** A refusal as an answer. That of a DPoP proof has no body; its reason is in the header. */
export function refusal(org: Org, error: SimError): SimResponse {
  if (error instanceof ProofRefused) return { status: error.status, headers: { 'www-authenticate': error.challenge } }
  return { status: error.status, body: errorBody(error, org.ids.id(ID_PREFIXES.error)) }
}

/** The three headers of a bucket. */
export function limitHeaders({ limit, remaining, resetAt }: Omit<Allowance, 'allowed' | 'firstRefusal'>) {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(resetAt)
  }
}

/** Of the org-wide limit on calls in flight: two zeros, and a time that is only a suggestion (facts §3.3). */
export function concurrencyHeaders(now: string) {
  return limitHeaders({ limit: 0, remaining: 0, resetAt: Math.ceil(Date.parse(now) / 1000) + 1 })
}
