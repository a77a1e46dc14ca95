import t from 'tap'
import { MINUTE_MS } from '../../../src/domain/time.ts'
import { textAt } from '../../../src/ticket/targets/http.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { TARGETS } from './open-targets.ts'

t.test('foreign [code] stays text, and close_notes end at a sentence within 4,000 characters', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.servicenow(t, { clock })
  const world = openOutboxWorld(make, { clock })
  let c = await world.save(waitingCase('Anna'))
  await world.settle()
  const what = `[code]<b>bold</b>[/CODE] ${'The user called. '.repeat(30)}`
  for (let n = 0; n < 12; n++) c = await world.save(c, {}, { what })
  await world.save(c, { state: 'resolved' })
  await world.settle()
  const sent = fake.requests.find(({ body }) => textAt(body, 'close_notes'))
  const notes = textAt(sent?.body, 'close_notes') ?? ''
  t.ok(notes.length > 3_500 && notes.length <= 4_000, `${notes.length} characters`)
  t.match(notes, /[.…] …$/)
  t.match(notes, '(code)<b>bold</b>(/CODE)')
  t.notMatch(JSON.stringify(fake.requests), /\[\/?code\]/i)
})

t.test('an incident that is deleted while its notes are looked for stops no other ticket', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.servicenow(t, { clock })
  const world = openOutboxWorld(make, { clock })
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  const [entry] = await world.entries()
  fake.behave(({ method, url }) => {
    if (method === 'PATCH' && url.includes(String(entry?.ticket?.key))) return { status: 500, body: {} }
    return url.includes('sysparm_fields=work_notes') ? { status: 404, body: { error: { message: 'No Record' } } } : null
  })
  await world.save(c, {}, { what: 'News.' })
  await world.dispatcher().drain()
  clock.advance(MINUTE_MS)
  await world.dispatcher().drain()
  await world.save(waitingCase('Bert'))
  await world.dispatcher().drain()
  t.equal(fake.tickets('RE-Bert').length, 1)
})
