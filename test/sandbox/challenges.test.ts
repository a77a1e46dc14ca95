/** Challenges on factors, as the description's examples have them. */
import t from 'tap'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asObject, handClock, tokenCaller } from './api-client.ts'

async function started(test: Pick<typeof t, 'teardown'>) {
  const time = handClock()
  const sandbox = await startSandbox({ clock: time.clock, apiTokens: ['test-token'], limits: { user_write: 20 } })
  test.teardown(() => sandbox.close())
  const { org } = sandbox
  const user = org.addUser({ profile: { mobilePhone: '+15554151337' } })
  const [push, sms] = [org.addFactor(user.id), org.addFactor(user.id, { factorType: 'sms' })]
  const call = tokenCaller(sandbox.url)
  const path = (id: string, part: string) => `/api/v1/users/${user.id}/factors/${id}/${part}`
  const post = (id: string, body?: object) => call('POST', path(id, 'verify'), body)
  /** The result of the last push. */
  const poll = async () => {
    const { transactionId } = org.challenges.at(-1) ?? { transactionId: '' }
    return asObject(await call('GET', path(push.id, `transactions/${transactionId}`)))
  }
  return { time, org, user, push, sms, call, path, post, poll }
}

t.test('a push waits for its number; a no, a wrong number and no answer are told apart from a yes', async (t) => {
  const { time, org, user, push, post, poll } = await started(t)
  const answer = await post(push.id, { useNumberMatchingChallenge: true })
  t.equal(answer.status, 201)
  const body = await asObject(answer)
  t.match(body, { factorResult: 'WAITING', _embedded: { challenge: { correctAnswer: Number } }, expiresAt: String })
  t.match(body._links, { poll: { href: /\/transactions\/v2mst\./, hints: { allow: ['GET'] } } })
  const number = org.challenges[0]?.number ?? 0
  t.match(await poll(), { factorResult: 'WAITING' })
  answerPush(org, user.id, number)
  t.strictSame(await poll(), { factorResult: 'SUCCESS' })
  await post(push.id, { useNumberMatchingChallenge: true })
  answerPush(org, user.id, 5)
  t.match(await poll(), { factorResult: 'REJECTED' })
  const denied = org.log.filter(({ outcome }) => JSON.stringify(outcome).includes('INVALID_CREDENTIALS'))
  t.match(denied, [{ debugContext: { debugData: { pushOnlyResponseType: 'OV_RESPONSE_DENY' } } }])
  t.notOk('_embedded' in (await asObject(await post(push.id))), 'without a body it is a plain push')
  time.move(6 * MINUTE_MS)
  t.match(await poll(), { factorResult: 'TIMEOUT' })
})

t.test('a code is right once, and only for five minutes', async (t) => {
  const { time, org, sms, post } = await started(t)
  const send = () => post(sms.id)
  t.match(await asObject(await send()), { factorResult: 'CHALLENGE', profile: { phoneNumber: '+15554151337' } })
  t.match(await asObject(await send()), { errorCode: 'E0000109' }, 'not twice within 30 seconds')
  const passCode = org.challenges[0]?.code
  const wrong = await post(sms.id, { passCode: '000' })
  t.match([wrong.status, await asObject(wrong)], [403, { errorCode: 'E0000068' }])
  t.strictSame(await asObject(await post(sms.id, { passCode })), { factorResult: 'SUCCESS' })
  t.equal((await post(sms.id, { passCode })).status, 403, 'a used code')
  time.move(31 * SECOND_MS)
  await send()
  const late = org.challenges.at(-1)?.code
  time.move(6 * MINUTE_MS)
  t.equal((await post(sms.id, { passCode: late })).status, 403, 'an old code')
})

t.test('challenges share the rate limit of other writes on users, and belong to one factor', async (t) => {
  const { push, sms, call, path, post, org } = await started(t)
  await post(push.id)
  const { transactionId = '' } = org.challenges[0] ?? {}
  t.equal((await call('GET', path(sms.id, `transactions/${transactionId}`))).status, 404)
  t.equal((await post('opfNOBODY')).status, 404)
  const statuses = []
  for (let i = 0; i < 20; i++) statuses.push((await post(push.id)).status)
  t.strictSame([...new Set(statuses)], [201, 429])
})
