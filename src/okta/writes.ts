/** The writes, one attempt each: none takes an idempotency key, so only evidence read again can tell what an unclear answer meant. */
import { recordOf, textOf } from '../domain/json.ts'
import type { OktaChallenges, OktaWriter, OktaWritten } from '../domain/okta.ts'
import { readInstant } from '../domain/time.ts'
import type { OktaCall } from './client/calls.ts'
import type { OktaClient } from './client/client.ts'

/** The writes of facts §3.2 that this product makes, and no other. */
export function createWriter(client: OktaClient): OktaWriter {
  async function write(call: OktaCall): Promise<OktaWritten> {
    const reply = await client.call({ ...call, priority: 'acting' })
    return reply.ok ? { ok: true, requestId: reply.answer.requestId } : reply
  }
  const lifecycle = (action: string, id: string, query: Readonly<Record<string, string>> = {}) =>
    write({ method: 'POST', pattern: `/api/v1/users/{id}/lifecycle/${action}`, ids: { id }, query })

  return {
    unsuspendUser: (userId) => lifecycle('unsuspend', userId),
    unlockUser: (userId) => lifecycle('unlock', userId),
    // Left out, `sendEmail` is false and the answer holds a live activation link (facts §3.2).
    resendActivation: (userId) => lifecycle('reactivate', userId, { sendEmail: 'true' }),
    unenrollFactor: (userId, factorId) =>
      write({ method: 'DELETE', pattern: '/api/v1/users/{userId}/factors/{factorId}', ids: { userId, factorId } }),
    unsuspendDevice: (deviceId) =>
      write({ method: 'POST', pattern: '/api/v1/devices/{deviceId}/lifecycle/unsuspend', ids: { deviceId } })
  }
}

/* Challenges on a user's factors: sending one, how a push ended, and whether a code is right (facts §11). */

const FACTOR = '/api/v1/users/{userId}/factors/{factorId}'
/** Okta's error for a wrong code. */
const WRONG_CODE = 'E0000068'

/** `writer` sends, `reader` asks how it ended. */
export function createChallenges(writer: OktaClient, reader: OktaClient): OktaChallenges {
  const verify = (userId: string, factorId: string, body: Readonly<Record<string, unknown>> | null) =>
    writer.call({
      ...{ method: 'POST', pattern: `${FACTOR}/verify`, ids: { userId, factorId }, priority: 'acting' },
      ...{ wantsBody: true, ...(body ? { body } : {}) }
    })

  return {
    async send(userId, factorId, kind) {
      const reply = await verify(userId, factorId, kind === 'push' ? { useNumberMatchingChallenge: true } : null)
      if (!reply.ok) return reply
      const { expiresAt, _links, _embedded } = recordOf(reply.answer.body)
      const poll = textOf(recordOf(recordOf(_links).poll).href)
      const { correctAnswer } = recordOf(recordOf(_embedded).challenge)
      return {
        ok: true,
        requestId: reply.answer.requestId,
        transactionId: /\/transactions\/([\w.-]+)$/.exec(poll ?? '')?.[1] ?? null,
        number: typeof correctAnswer === 'number' ? correctAnswer : null,
        expiresAt: readInstant(expiresAt)
      }
    },
    async poll(userId, factorId, transactionId) {
      const pattern = `${FACTOR}/transactions/{transactionId}`
      const ids = { userId, factorId, transactionId }
      const reply = await reader.call({ method: 'GET', pattern, ids, priority: 'acting' })
      if (!reply.ok) return reply
      const result = textOf(recordOf(reply.answer.body).factorResult) ?? ''
      // The description lists "WAITING (with number matching challenge)" as well.
      if (result.startsWith('WAITING')) return { ok: true, result: 'waiting' }
      return { ok: true, result: RESULTS[result] ?? 'unknown' }
    },
    async check(userId, factorId, code) {
      const reply = await verify(userId, factorId, { passCode: code })
      if (reply.ok) {
        const isRight = recordOf(reply.answer.body).factorResult === 'SUCCESS'
        return { ok: true, requestId: reply.answer.requestId, isRight }
      }
      if (reply.error.errorCode === WRONG_CODE) return { ok: true, requestId: reply.error.requestId, isRight: false }
      return reply
    }
  }
}

const RESULTS: Readonly<Record<string, 'passed' | 'rejected' | 'expired'>> = {
  SUCCESS: 'passed',
  REJECTED: 'rejected',
  TIMEOUT: 'expired'
}
