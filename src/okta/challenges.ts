/** Challenges on a user's factors: sending one, how a push ended, and whether a code is right (facts §11). */
import { recordOf, textOf } from '../domain/json.ts'
import type { OktaChallenges } from '../domain/okta.ts'
import { readInstant } from '../domain/time.ts'
import type { OktaClient } from './client/client.ts'

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
