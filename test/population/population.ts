/** Plays a population against the strict simulated org and the real service, and compares each outcome with the truth. */
import type { ServiceOptions } from '../../src/app/service.ts'
import { openWorld, READ_ALL, type World } from '../../src/cli/demo-world.ts'
import { DEFAULT_GUIDE, DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../src/domain/time.ts'
import type { Clock, Instant } from '../../src/domain/vocabulary.ts'
import { ownReportDelivery } from '../../src/intake/report.ts'
import { attemptEvent } from '../../src/sandbox/attempt-events.ts'
import { clientOf, completeEvent } from '../../src/sandbox/org/log-event.ts'
import { createRandom } from '../../src/sandbox/org/seeds.ts'
import { type AfterWrite, failEnrollment, type Person, partyOf, reactToWrites } from '../../src/sandbox/people.ts'
import { past } from '../../src/sandbox/scenarios/cast.ts'
import { CROWD_LIMITS } from '../../src/sandbox/scenarios/catalogue.ts'
import { ownCase } from '../../src/self/own-case.ts'
import { allCases } from '../scenarios/settle.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { openMailServer } from '../ticket/mail/smtp-server.ts'
import { AT_THE_DOOR, CLASSES, type Made, type PersonClass } from './classes.ts'
import { readerOf } from './readers.ts'

/** One person and what became of them. */
export interface Verdict {
  readonly classId: string
  readonly right: string | null
  readonly writes: readonly string[]
  /** The failing device has Okta Verify at the end. */
  readonly isEnrolled: boolean
  readonly cases: readonly Case[]
  /** Their own page showed them steps. */
  readonly sawSteps: boolean
  readonly isPlatformKnown: boolean
  /** From the failure to the first write, proposal or ticket; null when there was none. */
  readonly outcomeMs: number | null
}

export interface Played {
  readonly verdicts: readonly Verdict[]
  /** Okta calls by path, tokens and hooks left out. */
  readonly calls: ReadonlyMap<string, number>
}

/** A Monday morning of the ordinary past. */
const START = '2026-06-15T14:00:00.000Z'
const STEP_MS = 10 * SECOND_MS
/** After the last event: the event's proof, decisions made again, the end of a short wait. */
const TAIL_MS = 45 * MINUTE_MS
const MAX_GAP_MS = 60 * SECOND_MS
const MAX_LAG_MS = 8 * SECOND_MS
const OUTCOME = /ticket|proposed|done|enrolled/i
const REACTION_MS = 3 * MINUTE_MS

const GUIDE = { ...DEFAULT_GUIDE, channels: ['mail'] } as const
const GUIDED: Partial<Policy> = { guide: GUIDE, decide: { ...DEFAULT_POLICY.decide, guideCauses: GUIDE.causes } }

/** How a play differs from the usual one. */
export interface PlayOptions {
  readonly policy?: Partial<Policy>
  readonly service?: Partial<ServiceOptions>
  /** Every second person is a member of this group. */
  readonly group?: string
  /** What everybody does after a write. */
  readonly afterWrite?: AfterWrite
  /** Steps go to users first, by mail, where the policy's defaults want it. */
  readonly guide?: boolean
  /** Some people, and some attackers, sign in and report. */
  readonly door?: boolean
  /** Called in every step. */
  readonly meanwhile?: (clock: Clock) => Promise<unknown>
}

/** Plays `people` people of the classes; the same seed gives the same people. */
export async function playPopulation(people: number, seed: number, options: PlayOptions = {}): Promise<Played> {
  const random = createRandom(seed)
  const time = manualClock(START)
  const agenda = createAgenda(time)
  const calls = new Map<string, number>()
  const closers: (() => Promise<void>)[] = []
  const mail = options.guide ? await openMailServer({ teardown: (close) => void closers.push(close) }) : null
  const world = await openWorld({
    scenarios: [],
    clock: time.clock,
    storeUrl: 'memory:',
    guards: CROWD_LIMITS,
    policy: {
      ...{ ...READ_ALL, watchMs: DEFAULT_POLICY.watchMs, retries: DEFAULT_POLICY.retries },
      ...(mail ? GUIDED : {}),
      ...options.policy
    },
    ...(mail ? { settings: { mail: mail.settings } } : {}),
    ...(options.service ? { service: options.service } : {}),
    sandbox: {
      strict: true,
      onExchange: ({ method, url }) => {
        const path = url.split('?')[0]?.replace(/\/(00u|guo|opf|ost|pfd)\w+/g, '/{id}')
        const call = `${method} ${path}`
        if (!/oauth2|eventHooks/.test(url)) calls.set(call, (calls.get(call) ?? 0) + 1)
      }
    }
  })
  world.org.logLagMs = () => Math.floor(random() * MAX_LAG_MS)
  const group = options.group === undefined ? null : world.org.addGroup(options.group)
  const played: { cls: PersonClass; made: Made; failedAt: Instant }[] = []
  const stops: (() => void)[] = []
  let at = START
  for (let nth = 0; nth < people; nth++) {
    at = plus(at, Math.ceil(random() * MAX_GAP_MS))
    const cls = drawClass(random, options.door ? [...CLASSES, ...AT_THE_DOOR] : CLASSES)
    agenda.at(at, async () => {
      const made = cls.make({ org: world.org, random, name: `P${seed}x${nth} ${cls.id.replaceAll('_', '')}` })
      const later = (act: () => void) => agenda.at(plus(time.clock(), REACTION_MS), act)
      const afterWrite = options.afterWrite ?? made.afterWrite ?? 'enrolls'
      stops.push(reactToWrites(world.org, made.person, afterWrite, later))
      if (group && nth % 2 === 0) world.org.users.get(made.person.id)?.groupIds.push(group.id)
      played.push({ cls, made, failedAt: time.clock() })
      await fail(world, made)
      if (made.later) agenda.at(plus(time.clock(), made.later.ms), made.later.happens)
    })
  }
  const read = new Set<string>()
  const sawSteps = new Set<string>()
  /** Whoever reported looks at their own page. */
  const readPages = async () => {
    for (const { made, failedAt } of played.filter(({ made }) => made.instead === 'self')) {
      const { person } = made
      const latest = await world.service.store.latestCase(`user:${person.id}`)
      const reported = latest?.failures.find(({ source }) => source === 'self')?.uuid ?? null
      if (sawSteps.has(person.id) || ownCase(latest, reported, failedAt).of !== 'steps') continue
      sawSteps.add(person.id)
      if (made.afterWrite === 'nothing') continue
      const { ms, acts } = readerOf(world.org, person, random)
      agenda.at(plus(time.clock(), ms), acts)
    }
  }
  const readMail = async () => {
    await world.service.tickets?.settle()
    for (const { to } of mail?.received ?? []) {
      const reader = played.find(({ made }) => to.includes(made.person.login))
      if (!reader || read.has(reader.made.person.id)) continue
      read.add(reader.made.person.id)
      const { ms, acts } = readerOf(world.org, reader.made.person, random)
      agenda.at(plus(time.clock(), ms), acts)
    }
  }
  await run(world, time, agenda, plus(at, TAIL_MS), async (clock) => {
    if (mail) await readMail()
    if (options.door) await readPages()
    await options.meanwhile?.(clock)
  })
  const verdicts = await judge(world, played, sawSteps)
  for (const stop of stops) stop()
  await world.close()
  for (const close of closers) await close()
  return { verdicts, calls }
}

export function drawClass(random: () => number, classes: readonly PersonClass[] = CLASSES): PersonClass {
  let rest = random() * classes.reduce((sum, { weight }) => sum + weight, 0)
  for (const one of classes) {
    rest -= one.weight
    if (rest < 0) return one
  }
  throw new Error('there are no classes')
}

interface Agenda {
  at(at: Instant, act: () => void | Promise<void>): void
  runDue(): Promise<void>
}

/** What happens at which moment of the simulated time. */
function createAgenda(time: ManualClock): Agenda {
  let entries: { at: Instant; act: () => void | Promise<void> }[] = []
  return {
    at: (at, act) => void entries.push({ at, act }),
    async runDue() {
      const due = entries.filter(({ at }) => at <= time.clock()).sort((a, b) => (a.at < b.at ? -1 : 1))
      entries = entries.filter((entry) => !due.includes(entry))
      for (const { act } of due) await act()
    }
  }
}

async function run(
  world: World,
  time: ManualClock,
  agenda: Agenda,
  end: Instant,
  meanwhile: PlayOptions['meanwhile']
): Promise<void> {
  while (time.clock() < end) {
    await agenda.runDue()
    await world.okta.flush()
    world.service.worker.wake()
    await world.service.worker.idle()
    await meanwhile?.(time.clock)
    time.advance(STEP_MS)
  }
}

/** The failure, as it reaches the service: an event of the org, or what an attacker or a curious admin sends. */
async function fail(world: World, { person, how, instead }: Made): Promise<void> {
  if (!instead) {
    failEnrollment(world.org, person, how)
    return
  }
  if (instead === 'self') return reportOwn(world, person, how?.network)
  const event = eventOf(world, person, instead)
  if (instead === 'preview') return world.okta.preview(event)
  if (instead === 'other_login') {
    world.org.record(event)
    return
  }
  const headers = { authorization: world.hookSecret, 'content-type': 'application/json' }
  const hook = [...world.org.hooks.keys()][0]
  const body = {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `${world.org.url}/api/v1/eventHooks/${hook}`,
    eventId: world.org.ids.uuid(),
    data: { events: [event] },
    eventTime: world.org.clock(),
    contentType: 'application/json'
  }
  await world.okta.deliverRaw(world.service.hookUrl, JSON.stringify(body), headers)
}

/** Signs in, which the log shows a little later, and reports at once. */
async function reportOwn({ org, service }: World, person: Person, network = person.network): Promise<void> {
  const now = org.clock()
  const debugContext = { debugData: { factor: 'PASSWORD_AS_FACTOR', factorIntent: 'LOGIN' } }
  const client = clientOf(network, person.phone)
  past(org, person, 'user.authentication.auth_via_mfa', 0, { debugContext, client })
  const proved = { id: person.id, login: null, signIn: { at: now, amr: ['pwd'], acr: null } }
  const report = { platform: person.phone.platform, errorCode: 'invalidToken' }
  await service.store.receive(ownReportDelivery(proved, report, { now, id: org.ids.uuid() }))
}

function eventOf(world: World, person: Person, instead: string) {
  const { org } = world
  const party = partyOf(person)
  const user = instead === 'other_login' ? { ...party, alternateId: 'somebody.else@example.com' } : party
  const published = instead === 'preview' ? plus(org.clock(), -3 * 60 * MINUTE_MS) : org.clock()
  const { phone, network } = person
  const outcome = { result: 'FAILURE', reason: 'Invalid token provided' }
  const shape = 'factor_activate' as const
  const attempt = { shape, user, actor: user, outcome, phone, network, device: null, published, judgement: {} }
  return completeEvent(org.ids, org.clock(), attemptEvent(org, attempt))
}

async function judge(
  world: World,
  played: readonly { cls: PersonClass; made: Made; failedAt: Instant }[],
  sawSteps: ReadonlySet<string>
): Promise<Verdict[]> {
  const cases = Map.groupBy(await allCases(world), (c) => c.user.id)
  return played.map(({ cls, made, failedAt }) => {
    const { person } = made
    const own = cases.get(person.id) ?? []
    const about = ({ userId, deviceId }: { userId: string | null; deviceId: string | null }) =>
      userId === person.id || (deviceId !== null && deviceId === person.deviceId)
    const writes = world.org.writes.filter(about)
    const factors = world.org.users.get(person.id)?.factors ?? []
    const first = own.at(-1)
    return {
      classId: cls.id,
      right: made.right === undefined ? cls.right : made.right,
      writes: writes.map(({ action }) => action),
      isEnrolled: factors.some(
        (f) => f.status === 'ACTIVE' && person.deviceId !== null && f.deviceId === person.deviceId
      ),
      cases: own,
      sawSteps: sawSteps.has(person.id),
      isPlatformKnown: made.how?.shape === 'sparse' || first?.failures[0]?.device.platform === person.phone.platform,
      outcomeMs: first ? outcomeOf(first, failedAt) : null
    }
  })
}

/** When the first write, proposal or ticket was made, by the case's timeline. */
function outcomeOf(c: Case, failedAt: Instant): number | null {
  const first = c.timeline.find(({ what }) => OUTCOME.test(what))
  return first ? msBetween(failedAt, first.at) : null
}
