import t from 'tap'
import type { Report } from '../../src/domain/operator-commands.ts'
import type { Failure } from '../../src/domain/vocabulary.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { ownReportDelivery, reportDelivery } from '../../src/intake/report.ts'
import { NOW, SETTINGS } from './build.ts'

const TOLD = { now: NOW, id: 'report-1', by: 'Heidi Helpdesk' }
const REPORT: Report = { user: 'dana@example.com', errorCode: null, platform: null, text: null }

/** The report read back the way the service reads it: from the stored body. */
function readBack(report: Report, delivery = reportDelivery(report, TOLD)): Failure {
  const { body, events, receivedAt, sentAt, source } = delivery
  const [event] = events
  const raw: unknown = JSON.parse(String(body)).data.events[event?.index ?? -1]
  const classify = compileClassifier(SETTINGS)
  const reading = classify({ uuid: 'report-1', source, raw, publishedAt: NOW, receivedAt, sentAt })
  if (reading.kind !== 'failure') throw new Error(`read as ${reading.kind}`)
  return reading
}

t.test('a report is a delivery with one event, stored like any other', async (t) => {
  t.match(reportDelivery(REPORT, TOLD), {
    source: 'report',
    envelopeId: 'report-1',
    hookId: null,
    sentAt: NOW,
    receivedAt: NOW,
    events: [{ uuid: 'report-1', index: 0, publishedAt: NOW }],
    unreadable: []
  })
})

t.test('it reads as a failure of medium confidence about the user it names', async (t) => {
  const failure = readBack(REPORT)
  t.match(failure, { source: 'report', confidence: 'medium', actedForAnother: false, preview: false, reason: null })
  t.same(failure.subject, { id: null, login: 'dana@example.com', name: null })
  t.same(failure.actor, { id: null, type: 'HelpDesk', login: 'Heidi Helpdesk' })
})

t.test('a person’s own report is of high confidence, with how they had signed in', async (t) => {
  const signIn = { at: '2026-06-15T14:00:00.000Z', amr: ['pwd', 'pop'], acr: 'phr' }
  const person = { id: '00u7zXRk9fcsiaiEvJd7', login: null, signIn }
  const failure = readBack(REPORT, ownReportDelivery(person, { errorCode: 'invalidToken', platform: 'IOS' }, TOLD))
  t.match(failure, { source: 'self', confidence: 'high', invalidToken: true, actedForAnother: false, preview: false })
  t.match(failure, { subject: { id: person.id }, actor: { id: person.id }, device: { platform: 'IOS' } })
  t.same(failure.signIn, signIn)
})

t.test('an Okta user id is taken for one, anything else for a login', async (t) => {
  t.same(readBack({ ...REPORT, user: '00u7zXRk9fcsiaiEvJd7' }).subject, {
    id: '00u7zXRk9fcsiaiEvJd7',
    login: null,
    name: null
  })
  for (const user of ['00udana', '00u7zXRk9fcsiaiEvJd7@example.com', 'dana']) {
    t.same(readBack({ ...REPORT, user }).subject, { id: null, login: user, name: null })
  }
})

t.test('error code, platform, words and the suspected cause are kept', async (t) => {
  const failure = readBack({
    ...REPORT,
    errorCode: 'E0000011',
    platform: 'IOS',
    text: 'New phone from backup',
    cause: 'device_replaced'
  })
  t.equal(failure.reason, 'E0000011; suspected cause: device_replaced; New phone from backup')
  t.equal(failure.invalidToken, true)
  t.equal(failure.device.platform, 'IOS')
})

t.test('a login whose user is known stands beside the id, so that the report joins the user’s case', async (t) => {
  const { body } = reportDelivery(REPORT, { ...TOLD, userId: '00u1a2b3c4D5E6F7G8H9' })
  const [event] = JSON.parse(String(body)).data.events
  t.match(event.target, [{ id: '00u1a2b3c4D5E6F7G8H9', type: 'User', alternateId: 'dana@example.com' }])
  t.equal(readBack(REPORT).subject.id, null, 'a login that nobody has is kept as it is')
})
