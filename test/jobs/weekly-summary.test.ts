/** The weekly summary over 90 days: its figures counted a second time, and one message a week whatever happens. */
import t, { type Test } from 'tap'
import { createKillSwitch, createSwitches } from '../../src/api/runtime-controls.ts'
import { foldEvent } from '../../src/case/machine/fold-event.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import { CLUSTER_STATUS_KEYS } from '../../src/domain/cluster-status.ts'
import type { Store } from '../../src/domain/store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, weekStart } from '../../src/domain/time.ts'
import type { Instant, Signal } from '../../src/domain/vocabulary.ts'
import { chatWay, mailWay, type SummaryWay, sendWeeklySummary } from '../../src/jobs/weekly-summary.ts'
import { createRandom } from '../../src/sandbox/org/seeds.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import type { MailMessage } from '../../src/ticket/mail/message.ts'
import type { Posted } from '../../src/ticket/mail/smtp.ts'
import { createSlackTarget } from '../../src/ticket/targets/slack.ts'
import { createTeamsTarget } from '../../src/ticket/targets/teams.ts'
import { aFailure, aRecovery, aSignal } from '../case/build.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../fakes/slack.ts'
import { openTeams, workflowUrl } from '../fakes/teams.ts'
import { aCase, anAction, NOON } from '../store/build.ts'
import { manualClock } from '../support/clock.ts'
import { approver } from '../support/operators.ts'
import { type MakeTarget, openOutboxWorld } from '../ticket/outbox/outbox-world.ts'

const MONDAY = weekStart(NOON)
const POLICY = {
  ...DEFAULT_POLICY,
  summary: { to: 'lead@example.com', chats: [], hour: 7, deskMinutes: 20, waitMinutes: 90 }
}

function mailing(store: Store, answers: Posted['of'][] = [], chats: readonly SummaryWay[] = []) {
  const sent: { to: string; message: MailMessage; id: string }[] = []
  let now: Instant = MONDAY
  return {
    sent,
    at(moment: Instant) {
      now = moment
      const post = {
        async send(to: string, message: MailMessage, id: string): Promise<Posted> {
          sent.push({ to, message, id })
          const of = answers.shift() ?? 'sent'
          return of === 'sent' ? { of } : { of, because: 'Because.' }
        }
      }
      const ways = [mailWay(post, 'example.com', POLICY.summary.to), ...chats]
      const pages = 'https://ops.example.com'
      return sendWeeklySummary({ store, ways, policy: POLICY, hasCanary: false, clock: () => now, pages })
    }
  }
}

type Drawn = Case & { readonly minutes: number | null; readonly byPerson: boolean }

/** 90 days of cases: repaired, enrolled without a repair, or open; some with a person, some undone. */
function history(): readonly Drawn[] {
  const random = createRandom(7)
  return Array.from({ length: 260 }, (_, nth) => {
    const openedAt = plus(MONDAY, -Math.floor(random() * 90 * DAY_MS))
    const draw = random()
    const end = draw < 0.4 ? 'recovered_after_repair' : draw < 0.7 ? 'recovered_by_itself' : null
    const minutes = end === null ? null : Math.floor(random() * 120)
    const byPerson = random() < 0.3
    const wrote = end === 'recovered_after_repair' || random() < 0.2
    const at = plus(openedAt, MINUTE_MS)
    const action = anAction({
      ...{ remediation: 'unsuspend_user', state: 'done', intendedAt: openedAt, at },
      effect: end === 'recovered_after_repair' ? 'effective' : 'ineffective'
    })
    const person = { id: '00uADMIN', type: 'User', login: 'admin@example.com' }
    const suspended = aSignal({
      ...{
        eventType: 'user.lifecycle.suspend',
        actor: random() < 0.8 ? person : { ...person, type: 'SystemPrincipal' }
      },
      publishedAt: plus(at, random() < 0.7 ? 1_000 : -1_000)
    })
    const c = aCase(`w${nth}`, {
      openedAt,
      state: end === null ? 'with_person' : 'resolved',
      outcome: end,
      failures: [aFailure({ uuid: `w${nth}`, publishedAt: openedAt })],
      recovery: minutes === null ? null : aRecovery({ publishedAt: plus(openedAt, minutes * MINUTE_MS) }),
      actions: wrote ? [action] : [],
      signals: random() < 0.3 ? [suspended] : [],
      timeline: byPerson ? [{ at: openedAt, what: 'Note: hello', by: 'ana' }] : []
    })
    return { ...c, minutes, byPerson }
  })
}

t.test('twelve weeks: every figure of every message is that of a count by hand', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const cases = history()
  for (const { minutes: _, byPerson: __, ...next } of cases) await store.save({ next, ledger: [] })
  const { at, sent } = mailing(store)
  for (let week = 11; week >= 0; week--) await at(plus(MONDAY, -7 * week * DAY_MS + 7 * HOUR_MS))
  t.equal(sent.length, 12)
  let helpedInAll = 0
  for (const [nth, { message }] of sent.entries()) {
    const until = plus(MONDAY, -7 * (11 - nth) * DAY_MS)
    const own = cases.filter(({ openedAt }) => openedAt >= plus(until, -7 * DAY_MS) && openedAt < until)
    const ended = own.filter(({ minutes }) => minutes !== null)
    const alone = ended.filter(({ byPerson }) => !byPerson)
    const helped = alone.filter(({ outcome }) => outcome === 'recovered_after_repair').length
    const sorted = ended.map(({ minutes }) => minutes ?? 0).sort((a, b) => a - b)
    const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
    const written = own.filter(({ actions }) => actions.length > 0)
    const undone = written.filter(({ signals, actions }) =>
      signals.some(({ publishedAt, actor }) => actor.type === 'User' && publishedAt > String(actions[0]?.at))
    )
    const lines = message.text.split('\n\n')
    t.match(lines[0], `${own.length} cases, ${ended.length} users enrolled again.`)
    t.match(lines[1], new RegExp(`: ${helped}\\. Enrolled .*: ${alone.length - helped}\\.$`))
    t.match(lines[2], median < 60 ? `: ${median} min.` : /: [12] h\.$/)
    t.match(lines[3], `saved: ${helped * 20} min, at 20 min`)
    t.match(lines[3], `waiting saved: ${helped * Math.max(0, 90 - median)} min, if each had waited 90 min`)
    const good = written.filter(({ outcome }) => outcome === 'recovered_after_repair').length
    t.equal(lines[4], `Writes: ${written.length}, of which ${good} helped so far.`)
    for (const { id } of undone) t.match(lines[5], id)
    t.equal(lines[5]?.match(/RE-/g)?.length ?? 0, undone.length)
    helpedInAll += helped
  }
  t.ok(helpedInAll > 30, 'the weeks have something to count')
  t.match(sent[0], { to: 'lead@example.com', id: /^summary\.\d{4}-\d\d-\d\d\.reenroll@example\.com$/ })
  t.match(sent[0]?.message.html, /activity\?range=week/)
})

t.test(
  'one message a week: at its hour, not again after a restart, again only when it surely was not sent',
  async (t) => {
    const store = openInMemory()
    t.teardown(() => store.close())
    const { at, sent } = mailing(store, ['unreachable', 'perhaps_sent'])
    t.equal(await at(plus(MONDAY, 6.5 * HOUR_MS)), HOUR_MS / 2)
    t.equal(sent.length, 0, 'not before its hour')
    await t.rejects(at(plus(MONDAY, 7 * HOUR_MS)), /The weekly summary was not sent: mail: Because\./)
    await at(plus(MONDAY, 8 * HOUR_MS))
    t.equal(sent.length, 2, 'tried again')
    for (const days of [0.5, 1, 6.9]) await mailing(store).at(plus(MONDAY, days * DAY_MS))
    await at(plus(MONDAY, 9 * HOUR_MS))
    t.equal(sent.length, 2, 'it may have gone out')
    await at(plus(MONDAY, 7 * DAY_MS + 7 * HOUR_MS))
    t.equal(sent.length, 3, 'the next week')
  }
)

t.test('only a person undoes a repair, also after the case ended; a new lock-out undoes nothing', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const action = anAction({ remediation: 'unlock_user', state: 'done', intendedAt: NOON, at: NOON })
  const admin = { id: '00uADMIN', type: 'User', login: 'admin@example.com' }
  const events: readonly Partial<Signal>[] = [
    { eventType: 'user.account.lock' },
    { eventType: 'user.lifecycle.suspend', result: 'FAILURE' },
    { eventType: 'user.lifecycle.suspend', actor: { ...admin, type: 'PublicClientAppEntity' } },
    { eventType: 'user.lifecycle.suspend' }
  ]
  for (const [nth, over] of events.entries()) {
    const ended = aCase(`undone${nth}`, { state: 'resolved', outcome: 'recovered_after_repair', actions: [action] })
    await store.save({ next: ended, ledger: [] })
    const signal = aSignal({ result: 'SUCCESS', actor: admin, publishedAt: plus(NOON, DAY_MS), ...over })
    const folded = foldEvent(ended, signal, 'x', plus(NOON, DAY_MS))
    if ('change' in folded) await store.save({ next: { ...folded.change.next, version: 2 }, ledger: [] })
  }
  t.match(await store.getCase('RE-undone3'), { state: 'resolved', signals: [{ eventType: 'user.lifecycle.suspend' }] })
  const { at, sent } = mailing(store)
  await at(plus(weekStart(plus(NOON, DAY_MS)), 7 * DAY_MS + 8 * HOUR_MS))
  t.match(sent[0]?.message.text, /Repairs that a person undid: RE-undone3\./)
})

t.test('open risks are named', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const clock = () => MONDAY
  await createKillSwitch(store, clock).set({ kill: { on: true, because: 'an incident' } }, approver('ana'))
  const switches = createSwitches(store, clock)
  await switches.setRule('suspended', { paused: { because: 'odd' } }, approver('ana'))
  await switches.setRule('enrollment_orphaned', { mode: 'propose' }, approver('ana'))
  await switches.setRule('activation_pending', { atMost: 'propose' }, approver('reenroll'))
  const missed = { resolution: { startedAt: MONDAY, step: 'missed' } } as const
  await store.save({ next: aCase('late', { state: 'with_person', clocks: missed }), ledger: [] })
  await store.save({ next: aCase('alarm', { state: 'with_person', securityAlert: 'a new country' }), ledger: [] })
  const broken = { at: { seq: 0, hash: '' }, startedAt: MONDAY, isAtEnd: true, isIntact: false, brokenAt: 12 }
  await store.setCursor(CLUSTER_STATUS_KEYS.ledger, JSON.stringify(broken))
  await store.setCursor(CLUSTER_STATUS_KEYS.hooks, JSON.stringify({ at: plus(MONDAY, 7 * HOUR_MS), isVerified: false }))
  const { at, sent } = mailing(store)
  await at(plus(MONDAY, 7 * HOUR_MS))
  const text = sent[0]?.message.text ?? ''
  for (const risk of [
    /All writes are stopped since \d{4}-\d\d-\d\d \d\d:\d\d UTC: an incident/,
    /Rule suspended is paused: odd/,
    /rule enrollment_orphaned was set to propose/,
    /Rule activation_pending was lowered to at most propose/,
    /Open cases that need Security: 1/,
    /Open cases with a missed target time: 1/,
    /ledger is broken at entry 12/,
    /Okta would not deliver/
  ])
    t.match(text, risk)
})

async function openChats(t: Test) {
  const clock = manualClock(MONDAY)
  const [slack, teams] = [await openSlack(t, { clock }), await openTeams(t, { clock })]
  const settings = { system: 'slack', url: `${slack.url}/api/`, channel: SLACK_CHANNEL, approvers: [] } as const
  const wayOf = (make: MakeTarget) => chatWay(openOutboxWorld(make, { clock }).target)
  const chats = [
    ...wayOf((deps) => createSlackTarget('leads', settings, SLACK_TOKEN, deps)),
    ...wayOf((deps) => createTeamsTarget('board', { system: 'teams' }, workflowUrl(teams.url), deps))
  ]
  return { slack, teams, chats }
}

t.test('the summary is posted in Slack and Teams once a week, without a mention or a link of others', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const { slack, teams, chats } = await openChats(t)
  const because = '<!channel> see [this](https://evil.example) <at>All</at>'
  await createKillSwitch(store, () => MONDAY).set({ kill: { on: true, because } }, approver('ana'))
  const { at, sent } = mailing(store, [], chats)
  for (const hours of [6, 7, 8, 100]) await at(plus(MONDAY, hours * HOUR_MS))
  t.same([sent.length, slack.requests.length, teams.requests.length], [1, 1, 1])
  const { blocks = '', text } = Object(slack.requests[0]?.body) as Record<string, string>
  t.match(text, /^Reenroll: week from \d{4}-\d\d-\d\d$/)
  t.match(blocks, '<https://ops.example.com/activity?range=week|More>')
  t.match(blocks, '&lt;!channel&gt; see [this](https://evil.example)')
  t.notMatch(blocks, '<!channel>')
  const card = JSON.stringify(teams.requests[0]?.body)
  t.match(card, '<!channel> see [this](https://evil.example) <at>All</at>', 'a TextRun knows no markup')
  t.notMatch(card, /"entities"|"url":"https:\/\/evil/)
})

t.test('a chat that refuses gets it an hour later, and the others not again; one in doubt neither', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  const { slack, teams, chats } = await openChats(t)
  slack.behave(() => ({ status: 200, body: { ok: false, error: 'is_archived' } }))
  teams.failAt(0, 'drop_after')
  const { at, sent } = mailing(store, [], chats)
  await t.rejects(
    at(plus(MONDAY, 7 * HOUR_MS)),
    /^The weekly summary was not sent: leads: leads answered is_archived\.$/
  )
  slack.behave(null)
  await at(plus(MONDAY, 8 * HOUR_MS))
  await at(plus(MONDAY, 9 * HOUR_MS))
  t.same([sent.length, slack.requests.length, teams.requests.length], [1, 2, 1])
  await at(plus(MONDAY, 7 * DAY_MS + 7 * HOUR_MS))
  t.same([sent.length, slack.requests.length, teams.requests.length], [2, 3, 2], 'the next week')
})
