/**
 * One event from Okta's POST to the closed case, on fakes: the tutorial. Olivia's enrollment of Okta Verify was begun and
 * never finished; the leftover is in the way. Reenroll removes it, sees her enroll, and closes the case.
 */

import t from 'tap'
import type { CaseContext } from '../../src/case/context.ts'
import { evaluate } from '../../src/case/evaluate.ts'
import { advance } from '../../src/case/pipeline.ts'
import { processEvents } from '../../src/case/process-events.ts'

import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { decide } from '../../src/decide/decide.ts'
import type { Evidence } from '../../src/domain/evidence.ts'
import type { OktaWriter } from '../../src/domain/okta.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { readEnvelope } from '../../src/intake/envelope.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { ticketDraft } from '../../src/ticket/draft/draft.ts'
import { createLocalDesk } from '../../src/ticket/local-desk.ts'
import { aFactor, anEntry, aUser, knownEvidence, NOW, USER_ID, USUAL_SIGN_IN } from '../decide/build.ts'
import { NO_SIGNALS } from '../support/no-signals.ts'

const UUID = '0486522c-97c8-11f1-8926-3159892b3b58'

/** What Okta sends, cut down to what matters. */
function delivery(uuid: string, published: string, result: 'FAILURE' | 'SUCCESS'): string {
  const event = {
    uuid,
    published,
    eventType: 'user.mfa.factor.activate',
    actor: { id: USER_ID, type: 'User', alternateId: 'olivia@example.com' },
    client: { ipAddress: '198.51.100.24', geographicalContext: { country: 'United States' } },
    outcome: { result, reason: result === 'FAILURE' ? 'Invalid token provided' : 'User set up SIGNED_NONCE factor' },
    target: [
      { id: USER_ID, type: 'User', alternateId: 'olivia@example.com', displayName: 'Olivia Orphan' },
      { id: 'pfd1', type: 'AuthenticatorEnrollment', displayName: 'Okta Verify' }
    ],
    securityContext: { isProxy: false },
    debugContext: { debugData: { threatSuspected: 'false', behaviors: '{New Device=NEGATIVE, New Country=NEGATIVE}' } }
  }
  return JSON.stringify({
    eventType: 'com.okta.event_hook',
    eventId: uuid,
    eventTime: published,
    data: { events: [event] }
  })
}

t.test('a leftover enrollment is removed, the user enrolls, the case is closed', async (t) => {
  const now = NOW
  const clock = () => now
  const store = openInMemory()
  const happenings: TelemetryEvent[] = []
  const emit = (happening: TelemetryEvent) => void happenings.push(happening)

  // Okta as this test has it: one Okta Verify method, begun 40 minutes ago and still pending, until it is removed.
  const writes: string[] = []
  const pending = aFactor({
    status: 'PENDING_ACTIVATION',
    createdAt: plus(NOW, -HOUR_MS),
    lastUpdatedAt: plus(NOW, -HOUR_MS)
  })
  const user = aUser({ login: 'olivia@example.com', name: 'Olivia Orphan' })
  // The System Log holds the failure that the hook delivers.
  const logged = anEntry('user.mfa.factor.activate', { uuid: UUID, at: NOW, result: 'FAILURE', ip: '198.51.100.24' })
  const evidence = async (): Promise<Evidence> =>
    knownEvidence({ user, factors: writes.length === 0 ? [pending] : [], history: [logged, USUAL_SIGN_IN] })
  const ok = async (call: string) => {
    writes.push(call)
    return { ok: true, requestId: 'req-1' } as const
  }
  const writer: OktaWriter = {
    unenrollFactor: (userId, factorId) => ok(`DELETE /users/${userId}/factors/${factorId}`),
    unsuspendUser: () => ok('unsuspend'),
    unlockUser: () => ok('unlock'),
    resendActivation: () => ok('reactivate'),
    unsuspendDevice: () => ok('unsuspend device')
  }
  const caseUrl = (id: string) => `https://reenroll.example.com/cases/${id}`
  const deps: CaseContext = {
    store,
    reader: { evidence },
    writer,
    remediations: REMEDIATIONS,
    desk: createLocalDesk(store, { url: caseUrl, clock }),
    draft: (c) => ticketDraft(c, { orgUrl: 'https://id.example.com', caseUrl, remediations: REMEDIATIONS }),
    evaluate: (c, seen) =>
      evaluate(c, seen, {
        store,
        decide,
        policy: async () => ({ ...DEFAULT_POLICY.decide, ceiling: 'auto' }),
        clock,
        stormWindowMs: () => DEFAULT_POLICY.decide.guards.stormWindowMs,
        signals: NO_SIGNALS
      }),
    policy: DEFAULT_POLICY,
    clock,
    emit
  }
  const classify = compileClassifier({ ...DEFAULT_POLICY.classifier, ownIds: ['0oaReenroll'] })

  async function okta(body: string): Promise<void> {
    const envelope = readEnvelope(JSON.parse(body), body, { receivedAt: now })
    if (!envelope.ok) throw new Error(envelope.fault)
    await store.receive(envelope.delivery) // on disk: now Okta gets its 204
    const events = await store.claimEvents({ limit: 10, now, leaseMs: 60_000, holder: 'w1' })
    await processEvents(events, { store, classify, clock, emit })
    for (const c of await store.claimDue({ limit: 10, now, leaseMs: 60_000, holder: 'w1' }))
      await advance(c, 'w1', deps)
  }
  const olivia = async () => (await store.listCases({ user: USER_ID, limit: 1 })).cases[0]

  await okta(delivery(UUID, NOW, 'FAILURE'))
  t.match(await olivia(), {
    state: 'watching',
    cause: { id: 'enrollment_orphaned', kbOption: 2 },
    decision: { kind: 'remediate', mode: 'auto', rule: 'enrollment_orphaned', stoppedBy: [] },
    actions: [{ remediation: 'remove_orphaned_enrollment', state: 'done', effect: 'pending', requestIds: ['req-1'] }]
  })
  t.same(writes, [`DELETE /users/${USER_ID}/factors/${pending.id}`])

  await okta(delivery('fdf15c6a-05c1-11f1-845d-8ffa337055a8', plus(NOW, 1_000), 'SUCCESS'))
  t.match(await olivia(), { state: 'resolved', outcome: 'recovered_after_repair', actions: [{ effect: 'effective' }] })
  t.equal(writes.length, 1, 'written once')
  t.same(
    happenings.filter((h) => h.type === 'step').map((h) => h.step),
    ['correlate', 'decide', 'act'],
    'one step after the other'
  )
  t.same(
    (await store.ledger({ after: 0, limit: 100 })).map((row) => row.kind),
    ['decision', 'intent', 'write', 'effect', 'close']
  )
})
