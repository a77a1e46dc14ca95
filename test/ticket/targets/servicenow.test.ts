import t from 'tap'
import { textAt } from '../../../src/ticket/targets/http.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { type OpenTarget, personContract, targetContract } from '../../contract/ticket-target.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { serviceNowSettings } from '../target-settings.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openServiceNow(t, { clock, ...(perMinute ? { perMinute } : {}) })
  return { fake, make: (deps) => createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))

t.test('text of others is not HTML in the journal, and long closing notes end at a sentence', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await open(t, clock)
  const world = openOutboxWorld(make, { clock })
  let c = await world.save(waitingCase('Anna'), {}, { what: 'Named [code]<a href=x>[/code] by the app.' })
  await world.settle()
  for (let n = 0; n < 12; n++) c = await world.save(c, {}, { what: 'A long sentence of an operator. '.repeat(20) })
  await world.save(c, { state: 'resolved' })
  await world.settle()
  const notes = fake.tickets('RE-Anna')[0]?.notes.join('\n') ?? ''
  t.notMatch(notes, /\[\/?code\]/i)
  const sent = fake.requests.map(({ body }) => textAt(body, 'close_notes') ?? '').find((text) => text !== '') ?? ''
  t.ok(sent.length > 3_000 && sent.length <= 4_000, `${sent.length} characters`)
  t.match(sent, /\. …$/)
})
