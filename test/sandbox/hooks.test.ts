import t from 'tap'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { addHook, logFailure, newOrg, startReceiver, uuidsOf } from './receiver.ts'

t.test('events go out in one batch, in the envelope and with the headers of Okta', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  const hook = addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  const events = [logFailure(org), logFailure(org)]
  await delivery.flush()

  t.equal(receiver.arrivals.length, 1)
  const arrival = receiver.arrivals[0]
  if (!arrival) throw new Error('nothing arrived')
  const { body, headers } = arrival
  t.same(Object.keys(body).sort(), [
    'cloudEventsVersion',
    'contentType',
    'data',
    'eventId',
    'eventTime',
    'eventType',
    'eventTypeVersion',
    'source'
  ])
  t.match(body, {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `https://id.example.com/api/v1/eventHooks/${hook.id}`,
    eventTime: /^2026-06-15T14:00:00\.000(\d{6})?Z$/,
    contentType: 'application/json'
  })
  t.same(
    uuidsOf(receiver.arrivals),
    events.map((event) => event.uuid)
  )
  t.match(headers, {
    accept: 'application/json',
    'content-type': 'application/json',
    authorization: 'the-secret',
    'x-hook-env': 'test',
    'user-agent': `Okta Hook Service v1.0.0 - ${hook.id}`
  })
  t.match(body.data.events[0], { debugContext: { debugData: { targetEventHookIds: hook.id } } })
  t.match(delivery.deliveries, [{ eventId: body.eventId, attempt: 1, status: 204, outcome: 'delivered' }])
})

t.test('no batch has more than 100 events', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  const logged = Array.from({ length: 130 }, () => logFailure(org).uuid)
  await delivery.flush()
  t.same(receiver.arrivals.map(({ body }) => body.data.events.length).sort(), [100, 30])
  t.same(uuidsOf(receiver.arrivals).sort(), [...logged].sort())
})

t.test('some event times have nine digits after the second, some three', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  for (let i = 0; i < 12; i++) {
    logFailure(org)
    await delivery.flush()
  }
  const digits = new Set(receiver.arrivals.map(({ body }) => body.eventTime.replace(/.*\.(\d+)Z/, '$1').length))
  t.same([...digits].sort(), [3, 9])
})

t.test('only active, verified hooks that subscribe to the type hear of an event', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  const { url } = receiver
  addHook(org, url, { status: 'INACTIVE' })
  addHook(org, url, { verificationStatus: 'UNVERIFIED' })
  addHook(org, url, { events: { type: 'EVENT_TYPE', items: ['user.lifecycle.suspend'] } })
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  logFailure(org)
  await delivery.flush()
  t.equal(receiver.arrivals.length, 0)
  org.record({ eventType: 'user.lifecycle.suspend' })
  await delivery.flush()
  t.equal(receiver.arrivals.length, 1)
})

t.test(
  "a filter of Okta's expression language keeps events back, and one that cannot be read keeps all back",
  async (t) => {
    const receiver = await startReceiver()
    t.teardown(receiver.close)
    const org = newOrg()
    const filtered = (expression: string) => ({
      events: {
        type: 'EVENT_TYPE' as const,
        items: ['user.mfa.factor.activate'],
        filter: {
          type: 'EXPRESSION_LANGUAGE',
          eventFilterMap: [{ event: 'user.mfa.factor.activate', condition: { expression } }]
        }
      }
    })
    const heard = async (expression: string) => {
      org.hooks.clear()
      addHook(org, receiver.url, filtered(expression))
      const delivery = attachDelivery(org)
      const before = receiver.arrivals.length
      logFailure(org)
      org.record({
        eventType: 'user.mfa.factor.activate',
        outcome: { result: 'SUCCESS', reason: null },
        target: [{ id: 'pfd1', displayName: 'Okta Verify' }]
      })
      await delivery.flush()
      delivery.detach()
      return receiver.arrivals.slice(before).flatMap(({ body }) => body.data.events.map((event) => event.outcome))
    }
    const failure = { result: 'FAILURE', reason: null }
    const success = { result: 'SUCCESS', reason: null }
    t.same(await heard("event.outcome.result ne 'SUCCESS'"), [failure])
    t.same(await heard("event.outcome.result eq 'SUCCESS' || event.outcome.result eq 'FAILURE'"), [failure, success])
    t.same(
      await heard("event.target.?[displayName eq 'Okta Verify'].size()>0 && event.actor.type eq 'SystemPrincipal'"),
      [success]
    )
    t.same(await heard("event.outcome.reason matches '.*'"), [])
  }
)

t.test('a 503 is tried once more, with the same eventId, and then all is well', async (t) => {
  const receiver = await startReceiver([503, 204])
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  logFailure(org)
  await delivery.flush()
  t.match(delivery.deliveries, [
    { attempt: 1, status: 503, outcome: 'refused' },
    { attempt: 2, status: 204, outcome: 'delivered' }
  ])
  t.equal(receiver.arrivals[0]?.body.eventId, receiver.arrivals[1]?.body.eventId)
  t.notOk(
    org.log.some((event) => event.eventType === 'event_hook.delivery'),
    'nothing failed in the end'
  )
})

t.test('two 503 are the end: no third try, and the System Log tells of the lost delivery', async (t) => {
  const receiver = await startReceiver([503])
  t.teardown(receiver.close)
  const org = newOrg()
  const hook = addHook(org, receiver.url, {
    events: { type: 'EVENT_TYPE', items: ['user.mfa.factor.activate', 'event_hook.delivery'] }
  })
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  logFailure(org)
  await delivery.flush()
  t.equal(receiver.arrivals.length, 2)
  t.match(
    org.log.filter((event) => event.eventType === 'event_hook.delivery'),
    [{ outcome: { result: 'FAILURE', reason: 'HTTP 503' }, target: [{ id: hook.id }] }],
    'once, and not delivered itself'
  )
})

for (const status of [400, 401, 429, 302]) {
  t.test(`a ${status} is final: never tried again`, async (t) => {
    const receiver = await startReceiver([status])
    t.teardown(receiver.close)
    const org = newOrg()
    addHook(org, receiver.url)
    const delivery = attachDelivery(org)
    t.teardown(delivery.detach)
    logFailure(org)
    await delivery.flush()
    t.match(delivery.deliveries, [{ attempt: 1, status, outcome: 'refused' }])
    t.equal(receiver.arrivals.length, 1)
    t.equal(org.log.at(-1)?.eventType, 'event_hook.delivery')
  })
}

t.test('no answer in time is a failure, tried once more', async (t) => {
  const receiver = await startReceiver(['hang', 204])
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org, { timeoutMs: 100 })
  t.teardown(delivery.detach)
  logFailure(org)
  await delivery.flush()
  t.match(delivery.deliveries, [
    { attempt: 1, status: null, outcome: 'timeout' },
    { attempt: 2, status: 204, outcome: 'delivered' }
  ])
})

t.test('nobody listening is tried once more and then logged', async (t) => {
  const receiver = await startReceiver()
  await receiver.close()
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  logFailure(org)
  await delivery.flush()
  t.match(delivery.deliveries, [{ outcome: 'unreachable' }, { outcome: 'unreachable' }])
  t.match(org.log.at(-1), { eventType: 'event_hook.delivery', outcome: { reason: 'unreachable' } })
})

t.test('the past that a scenario fills in is not delivered', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  org.record({ eventType: 'user.mfa.factor.activate', published: '2026-06-14T14:00:00.000Z' })
  await delivery.flush()
  t.equal(receiver.arrivals.length, 0)
})

t.test('a preview posts an old event once, with the time of now, whatever the filter says', async (t) => {
  const receiver = await startReceiver([503])
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  const published = '2026-06-08T09:12:51.724Z'
  await delivery.preview(org.record({ eventType: 'user.mfa.factor.activate', published }))
  t.match(receiver.arrivals, [{ body: { eventTime: /^2026-06-15T14:00:00/, data: { events: [{ published }] } } }])
  t.equal(receiver.arrivals.length, 1)
})

t.test('anything can be posted raw, with exactly the headers that are given', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const delivery = attachDelivery(newOrg())
  t.teardown(delivery.detach)
  t.match(await delivery.deliverRaw(receiver.url, '{"a":1}', { 'content-type': 'application/json' }), { status: 204 })
  t.match(await delivery.deliverRaw(receiver.url, '{"a":'), { status: 415 }, 'no content type is made up')
  t.match(await delivery.deliverRaw(receiver.url, '{"a":', { 'content-type': 'application/json' }), { status: 400 })
})

t.test('an event that keeps ipChain under request, as the log API does, has it under client in a hook', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url)
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  const ipChain = [{ ip: '198.51.100.24' }]
  org.record({ eventType: 'user.mfa.factor.activate', client: { ipAddress: '198.51.100.24' }, request: { ipChain } })
  await delivery.flush()
  const event = receiver.arrivals[0]?.body.data.events[0]
  t.match(event, { client: { ipAddress: '198.51.100.24', ipChain } })
  t.notOk(event && 'request' in event)
})
