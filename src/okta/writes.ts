/** The writes, one attempt each: none takes an idempotency key, so only evidence read again can tell what an unclear answer meant. */
import type { OktaWriter, OktaWritten } from '../domain/okta.ts'
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
