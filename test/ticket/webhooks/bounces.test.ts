/** Mail that came back: who may say so, and of which messages. */
import { generateKeyPairSync, sign } from 'node:crypto'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { StoreUnavailable } from '../../../src/domain/store.ts'
import { isFromMail, returnedCases } from '../../../src/ticket/webhooks/bounces.ts'
import { addTicketHooks, type InboundDeps } from '../../../src/ticket/webhooks/routes.ts'
import { deliveryFailure } from '../mail/delivery-failure.ts'

const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'
const MAIL = 'Message-ID: <RE-Anna-1.reenroll@example.com>\r\nSubject: Steps\r\n\r\nHello'

t.test('a signature that SendGrid made is right, and not for another body', (t) => {
  // Key, signature, time and body of the tests in https://github.com/sendgrid/sendgrid-nodejs, packages/eventwebhook.
  const key =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=='
  const headers: Record<string, string> = {
    [SIGNATURE]: 'MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=',
    [TIMESTAMP]: '1588788367',
    'x-reenroll-secret': key
  }
  const body = JSON.stringify({ category: 'example_payload', event: 'test_event', message_id: 'message_id' })
  t.ok(isFromMail(body, (name) => headers[name] ?? '', key))
  t.notOk(isFromMail(`${body} `, (name) => headers[name] ?? '', key))
  t.notOk(
    isFromMail(body, (name) => (name === 'x-reenroll-secret' ? key : ''), key),
    'the key itself is public'
  )
  t.end()
})

t.test('only a final failure of one of our messages counts', (t) => {
  t.same(returnedCases(deliveryFailure(MAIL)), ['RE-Anna-1'])
  t.same(returnedCases(deliveryFailure(MAIL, { action: 'delayed' })), [])
  t.same(returnedCases(deliveryFailure(MAIL, { type: 'multipart/mixed' })), [], 'an answer that quotes it')
  t.same(returnedCases(deliveryFailure(MAIL.replace('RE-Anna-1.reenroll', 'summary.2026-06-15.reenroll'))), [])
  t.same(returnedCases('not a mail'), [])
  // The shapes of https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
  const event = (kind: string, id: string) => ({ email: 'a@b.example', event: kind, 'smtp-id': `<${id}@example.com>` })
  const events = [
    event('bounce', 'RE-A.reenroll'),
    event('bounce', 'RE-A.reenroll'),
    event('dropped', 'RE-B.reenroll'),
    event('deferred', 'RE-C.reenroll'),
    event('delivered', 'RE-D.reenroll'),
    event('bounce', 'other'),
    { event: 'bounce' },
    null
  ]
  t.same(returnedCases(JSON.stringify(events)), ['RE-A', 'RE-B'])
  t.end()
})

function open(t: Test, secret: string, onReturn: (id: string) => Promise<unknown>) {
  const app = fastify()
  t.teardown(() => app.close())
  const unused = {} as InboundDeps
  addTicketHooks(app, { ...unused, sources: [], mail: { secret, onReturn } })
  return async (payload: string, headers: Readonly<Record<string, string>>) =>
    (await app.inject({ method: 'POST', url: '/tickets/mail', headers, payload })).statusCode
}

t.test('without proof nothing is read, and an address that goes on must wait', async (t) => {
  const returned: string[] = []
  const post = open(t, 'a secret of the mailbox', async (id) => returned.push(id))
  const mail = { 'content-type': 'message/rfc822' }
  t.equal(await post(deliveryFailure(MAIL), { ...mail, 'x-reenroll-secret': 'a secret of the mailbox' }), 202)
  t.same(returned, ['RE-Anna-1'])
  for (let n = 0; n < 15; n++) t.equal(await post(deliveryFailure(MAIL), mail), 401)
  for (let n = 0; n < 15; n++) t.equal(await post(deliveryFailure(MAIL), { ...mail, 'x-reenroll-secret': 'x' }), 401)
  t.equal(await post(deliveryFailure(MAIL), { ...mail, 'x-reenroll-secret': 'a secret of the mailbox' }), 429)
  t.same(returned, ['RE-Anna-1'])
})

t.test('SendGrid’s events with the key of the account; while the store is away it comes again', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  let isAway = true
  const returned: string[] = []
  const post = open(t, secret, async (id) => {
    if (isAway) throw new StoreUnavailable('away')
    returned.push(id)
  })
  const body = JSON.stringify([{ event: 'bounce', type: 'blocked', 'smtp-id': '<RE-A.reenroll@example.com>' }])
  const signature = sign('sha256', Buffer.from(`1588788367${body}`), privateKey).toString('base64')
  const headers = { 'content-type': 'application/json', [SIGNATURE]: signature, [TIMESTAMP]: '1588788367' }
  t.equal(await post(body, headers), 503)
  isAway = false
  t.equal(await post(body, headers), 202)
  t.equal(await post(body, { ...headers, [TIMESTAMP]: '1588788368' }), 401)
  t.same(returned, ['RE-A'])
})
