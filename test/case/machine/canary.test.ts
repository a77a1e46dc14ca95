import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { processEvents } from '../../../src/case/process-events.ts'
import type { Delivery, PendingEvent } from '../../../src/domain/deliveries.ts'
import type { TelemetryEvent } from '../../../src/domain/telemetry-event.ts'
import { MINUTE_MS, plus } from '../../../src/domain/time.ts'
import { CANARY } from '../../../src/domain/vocabulary.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { NOW, POLICY } from '../build.ts'

const LATER = plus(NOW, MINUTE_MS)

function aCanary(n: number, over: Partial<PendingEvent> = {}): PendingEvent {
  const publishedAt = plus(NOW, n)
  const raw = { uuid: `canary-${n}`, eventType: CANARY.eventType, published: publishedAt }
  return { uuid: raw.uuid, source: 'hook', raw, publishedAt, receivedAt: NOW, sentAt: NOW, ...over }
}

/** A store into which these events have come. */
async function storeWith(events: readonly PendingEvent[]) {
  const store = openInMemory()
  const delivery: Delivery = {
    source: 'hook',
    envelopeId: null,
    hookId: null,
    sentAt: NOW,
    receivedAt: NOW,
    body: JSON.stringify({ data: { events: events.map(({ raw }) => raw) } }),
    events: events.map(({ uuid, publishedAt }, index) => ({ uuid, index, publishedAt })),
    unreadable: []
  }
  await store.receive(delivery)
  const told: TelemetryEvent[] = []
  const digest = async (some: readonly PendingEvent[]) =>
    processEvents(some, {
      store,
      classify: ({ raw }) => ({
        kind: 'skipped',
        why: 'not_listed',
        eventType: (raw as { eventType: string }).eventType,
        nearMiss: false
      }),
      clock: () => NOW,
      emit: (happening) => void told.push(happening)
    })
  return { store, told, digest }
}

t.test('canaries go into one case of their own, past the classifier, and are no failures', async (t) => {
  const events = [aCanary(2), aCanary(1)]
  const { store, told, digest } = await storeWith(events)
  t.equal(await digest(events), false)
  const c = await store.getCase(CANARY.caseId)
  t.match(c, { state: 'received', dueAt: NOW, canary: { sentAt: plus(NOW, 2), doneAt: null }, version: 1 })
  t.strictSame(told, [])
  t.equal((await store.snapshot()).pendingEvents, 0)
  t.strictSame(await store.ledger({ after: 0, limit: 10 }), [])
})

t.test('its only step closes it, counts the way it took, and asks for no ticket', async (t) => {
  const { store, digest } = await storeWith([aCanary(0)])
  await digest([aCanary(0)])
  const c = await store.getCase(CANARY.caseId)
  if (!c) throw new Error('no case')
  t.equal(nextStep(c, NOW), 'close_canary')
  const told = applyResult(c, { of: 'canary_done' }, LATER, POLICY)
  t.match(told.next, { state: 'closed', dueAt: null, outcome: 'canary', canary: { sentAt: NOW, doneAt: LATER } })
  t.strictSame(told.telemetry, [{ type: 'canary', result: 'completed', afterMs: MINUTE_MS }])
  t.strictSame(told.ledger, [])
  t.equal(nextStep(told.next, LATER), null)
})

t.test(
  'the next one uses the same case, remembers when the last came through, and keeps the story short',
  async (t) => {
    const events = Array.from({ length: 40 }, (_, n) => aCanary(n))
    const { store, digest } = await storeWith([...events, aCanary(99)])
    for (const event of events) {
      await digest([event])
      const c = await store.getCase(CANARY.caseId)
      if (!c) throw new Error('no case')
      const { next } = applyResult(c, { of: 'canary_done' }, NOW, POLICY)
      t.equal(await store.save({ next: { ...next, version: c.version + 1 }, ledger: [] }), 'saved')
    }
    await digest([aCanary(99)])
    const c = await store.getCase(CANARY.caseId)
    t.match(c, { state: 'received', canary: { doneAt: NOW } })
    t.ok((c?.timeline.length ?? 0) <= 21, `${c?.timeline.length} lines`)
    t.equal(await store.countCases({ canary: true }), 1)
  }
)

t.test('an event that looks like a canary and did not come by the hook is read like any other', async (t) => {
  const event = aCanary(1, { source: 'log' })
  const { store, told, digest } = await storeWith([event])
  await digest([event])
  t.equal(await store.getCase(CANARY.caseId), null)
  t.match(told, [{ type: 'event', kind: 'skipped', reason: 'not_listed' }])
})

t.test('two replicas digest canaries at once: both are put down, and nothing is lost', async (t) => {
  const { store, digest } = await storeWith([aCanary(1), aCanary(2)])
  const saved = store.processEvents
  let first = true
  store.processEvents = async (step) => {
    if (first) {
      first = false
      await digest([aCanary(2)])
    }
    return saved(step)
  }
  await digest([aCanary(1)])
  t.match(await store.getCase(CANARY.caseId), { version: 2 })
  t.equal((await store.snapshot()).pendingEvents, 0)
})
