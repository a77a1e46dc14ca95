/**
 * Takes security events from other vendors at the hook listener: push delivery of the Shared Signals Framework (RFC 8935).
 * 202 only for what is on disk; a token that is refused gets 400 with the reason, and one that may be sent again 503.
 */
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TransmitterSettings } from '../../config/settings/signals.ts'
import { createFailureLimit } from '../../domain/failure-limit.ts'
import { said } from '../../domain/json.ts'
import { SHARED_SIGNAL_TYPES } from '../../domain/shared-signals.ts'
import type { Store } from '../../domain/store.ts'
import type { Emit, SetOutcome } from '../../domain/telemetry-event.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { compileSecretCheck } from '../hook/auth.ts'
import { signalDelivery } from './event.ts'
import type { SetFault, SetReader } from './token.ts'

export const SIGNALS_PATH = '/ssf/events'
const MEDIA_TYPE = 'application/secevent+jwt'
/** A SET holds one event of a few claims. */
const BODY_LIMIT = 64 * 1024
/** Refused requests per address and minute, before all of its requests without the right header wait. */
const FAILURES_PER_MINUTE = 30
const RETRY_AFTER_SECONDS = 30

export interface SignalDeps {
  readonly transmitters: readonly TransmitterSettings[]
  readonly reader: SetReader
  readonly store: Pick<Store, 'receive'>
  readonly clock: Clock
  readonly emit: Emit
  /** Left out: nothing is logged. */
  readonly logger?: FastifyBaseLogger
}

export function addSignalRoute(app: FastifyInstance, deps: SignalDeps): void {
  const { transmitters, reader, store, clock, emit, logger } = deps
  const headers = transmitters.flatMap(({ authorization }) => authorization ?? [])
  const isKnown = compileSecretCheck(headers)
  const allHaveOne = headers.length === transmitters.length
  const isHeaderOf = new Map(
    transmitters.map(({ issuer, authorization }) => [issuer, compileSecretCheck(authorization ? [authorization] : [])])
  )
  const failures = createFailureLimit(FAILURES_PER_MINUTE, () => performance.now())
  const end = (reply: FastifyReply, status: number, outcome: SetOutcome) => {
    emit({ type: 'set', outcome })
    return reply.code(status)
  }
  const refuse = (reply: FastifyReply, fault: SetFault, description: string) => {
    failures.count(reply.request.ip)
    return end(reply, 400, fault).header('content-language', 'en').send({ err: fault, description })
  }
  const later = (reply: FastifyReply, status: 429 | 503, seconds: number) =>
    end(reply, status, status === 429 ? 'rate_limited' : 'unavailable')
      .header('retry-after', seconds)
      .send()

  // Before the body is read.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const isProved = isKnown(request.headers.authorization ?? '')
    const waitS = isProved ? null : failures.blockedFor(request.ip)
    if (waitS !== null) return later(reply, 429, waitS)
    if (allHaveOne && !isProved)
      return refuse(reply, 'authentication_failed', 'The header authorization is not the right one.')
    if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== MEDIA_TYPE) {
      return refuse(reply, 'invalid_request', `The content type is not ${MEDIA_TYPE}.`)
    }
  }

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      MEDIA_TYPE,
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_: unknown, body: unknown) => body
    )
    let saidAtMs = Number.NEGATIVE_INFINITY
    scope.setErrorHandler<{ statusCode?: number }>((error, _, reply) => {
      if ((error.statusCode ?? 500) < 500)
        return refuse(reply, 'invalid_request', 'The request is too large or cannot be read.')
      // The reason once a minute: a full disk must not be filled with its own reports.
      if (performance.now() - saidAtMs >= MINUTE_MS) {
        logger?.error({ err: error }, 'security event not stored')
        saidAtMs = performance.now()
      }
      return later(reply, 503, RETRY_AFTER_SECONDS)
    })
    scope.post(SIGNALS_PATH, { onRequest }, async (request, reply) => {
      const read = await reader.read(String(request.body ?? ''))
      if (read.of === 'unproved') return later(reply, 503, RETRY_AFTER_SECONDS)
      if (read.of === 'refused') return refuse(reply, read.fault, read.because)
      const { claims, event, from } = read
      if (from.authorization !== null && !isHeaderOf.get(from.issuer)?.(request.headers.authorization ?? '')) {
        return refuse(reply, 'authentication_failed', 'The header authorization is not that of this transmitter.')
      }
      const { type } = event
      if (type === 'ssf.verification') return end(reply, 202, 'verified').send()
      if (type === 'ssf.stream-updated') {
        logger?.warn({ issuer: from.issuer, status: said(event.body.status, 32) }, 'stream of security events changed')
        return end(reply, 202, 'stream_updated').send()
      }
      if (type === null || !(from.events ?? SHARED_SIGNAL_TYPES).includes(type))
        return end(reply, 202, 'ignored').send()
      const { fresh } = await store.receive(signalDelivery(claims, event, clock()))
      return end(reply, 202, fresh.length > 0 ? 'stored' : 'duplicate').send()
    })
  })
}
