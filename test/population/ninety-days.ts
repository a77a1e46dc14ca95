/**
 * Ninety days of people who fail, through the whole service. Each person follows a fate; whatever they, on-call or an attacker
 * do is written into a book as they do it, and what the org saw. The book never reads the service's store.
 */
import { createCommands } from '../../src/case/commands.ts'
import { openWorld, type World } from '../../src/cli/demo-world.ts'
import { DEFAULT_GUIDE, DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import type { GuardId, Instant } from '../../src/domain/vocabulary.ts'
import { createRandom } from '../../src/sandbox/org/seeds.ts'
import { enroll, enrollmentObstacle, failEnrollment, type Person } from '../../src/sandbox/people.ts'
import { ADMIN, employee, invited, orphaned, past, suspended, USUAL } from '../../src/sandbox/scenarios/cast.ts'
import { manualClock } from '../support/clock.ts'
import { approver } from '../support/operators.ts'
import { openMailServer } from '../ticket/mail/smtp-server.ts'
import { createJobSleep } from './job-sleep.ts'

/** A Monday; the days are the twelve weeks and a bit after it. */
const START = '2026-06-01T00:00:00.000Z'
const DAYS = 90
const PEOPLE = 78
const LEAD = 'lead@example.com'
const ASSUMED = { to: LEAD, chats: [], hour: 7, deskMinutes: 20, waitMinutes: 90 }
const GUIDE = { ...DEFAULT_GUIDE, channels: ['mail'] } as const

/** One person: what happened to them, as they and the org know it. */
export interface Entry {
  readonly fate: string
  readonly person: Person
  readonly failedAt: Instant
  /** The rule whose repair fits, and the only guard that speaks against it. */
  readonly rule: string | null
  readonly guard: GuardId | null
  /** A person must hear of it. */
  readonly needsTicket: boolean
  /** As on-call saw it. */
  caseId?: string
  /** When each of these happened; absent while it has not. */
  enrolledAt?: Instant
  /** The org accepted a write of the service. */
  wroteAt?: Instant
  failedAgainAt?: Instant
  mailedAt?: Instant
  answeredAt?: Instant
  saidNotMeAt?: Instant
  /** The steps did not settle it: they say so, or the time for them was over. */
  gaveUpAt?: Instant
  /** A person of the team did something. */
  touchedAt?: Instant
  approvedAt?: Instant
  rejectedAt?: Instant
  closedAt?: Instant
  attackAt?: Instant
  undoneAt?: Instant
}

interface Scene {
  readonly entry: Entry
  readonly world: World
  /** Runs it so much later. */
  later(ms: number, act: () => unknown): void
  now(): Instant
  /** Minutes drawn between the two. */
  minutes(least: number, most: number): number
  /** Waits for the write of the service, then runs it so much later. */
  afterWrite(ms: number, act: () => unknown): void
  afterMail(ms: number, act: () => unknown): void
  answer(what: 'works' | 'fails' | 'not_me'): Promise<void>
  team: Team
}

/** What on-call does; each act is in the book. */
interface Team {
  approve(): Promise<void>
  reject(): Promise<void>
  take(): Promise<void>
  close(attack?: boolean): Promise<void>
}

interface Fate {
  readonly id: string
  readonly weight: number
  readonly rule: string | null
  readonly guard?: GuardId
  /** It ends without a ticket. */
  readonly quiet?: true
  readonly cast: (world: World, name: string) => Person
  readonly how?: (person: Person) => Parameters<typeof failEnrollment>[2]
  readonly play: (scene: Scene) => void
}

const ORPHAN = 'enrollment_orphaned'

function getsIn({ entry, world, now }: Scene): void {
  if (enrollmentObstacle(world.org, entry.person) !== null) return
  enroll(world.org, entry.person)
  entry.enrolledAt = now()
}

function failsAgain({ entry, world, now }: Scene): void {
  failEnrollment(world.org, entry.person)
  entry.failedAgainAt = now()
}

/** By other means than the service: what was in the way in Okta is gone. */
function getsInHelped(scene: Scene): void {
  const { entry, world, now } = scene
  enroll(world.org, entry.person)
  entry.enrolledAt = now()
}

const enrollsAfterWrite = (scene: Scene) => scene.afterWrite(scene.minutes(1, 90) * MINUTE_MS, () => getsIn(scene))

function givesUp({ entry, afterMail, now }: Scene): void {
  afterMail(GUIDE.escalateAfterMs, () => {
    entry.gaveUpAt = now()
  })
}

function takesHours(scene: Scene, hours: number, act: () => unknown): void {
  scene.later(hours * HOUR_MS, async () => {
    await scene.team.take()
    scene.later(scene.minutes(5, 50) * MINUTE_MS, act)
  })
}

const FATES: readonly Fate[] = [
  {
    id: 'orphan_helped',
    weight: 5,
    quiet: true,
    rule: ORPHAN,
    cast: ({ org }, name) => orphaned(org, name),
    play: enrollsAfterWrite
  },
  {
    id: 'orphan_not_helped',
    weight: 1,
    rule: ORPHAN,
    cast: ({ org }, name) => orphaned(org, name),
    play: (scene) =>
      scene.afterWrite(3 * MINUTE_MS, () => {
        failsAgain(scene)
        takesHours(scene, 5, () => getsInHelped(scene))
      })
  },
  {
    id: 'orphan_mends_it_alone',
    weight: 1,
    rule: ORPHAN,
    cast: ({ org }, name) => orphaned(org, name),
    play: (scene) =>
      scene.afterWrite(3 * MINUTE_MS, () => {
        failsAgain(scene)
        scene.later(2 * HOUR_MS, () => getsInHelped(scene))
      })
  },
  {
    id: 'new_hire',
    weight: 2,
    quiet: true,
    rule: 'activation_pending',
    cast: ({ org }, name) => invited(org, name),
    play: hiredAndWelcome
  },
  {
    id: 'suspended_approved',
    weight: 2,
    rule: 'suspended',
    guard: 'G9',
    cast: ({ org }, name) => suspended(org, name),
    play: (scene) => {
      scene.later(scene.minutes(10, 90) * MINUTE_MS, scene.team.approve)
      enrollsAfterWrite(scene)
    }
  },
  {
    id: 'suspended_rejected',
    weight: 1,
    rule: 'suspended',
    guard: 'G9',
    cast: ({ org }, name) => suspended(org, name),
    play: (scene) => {
      scene.later(HOUR_MS, scene.team.reject)
      scene.later(5 * HOUR_MS, () => scene.team.close())
    }
  },
  {
    id: 'suspended_undone',
    weight: 1,
    rule: 'suspended',
    guard: 'G9',
    cast: ({ org }, name) => suspended(org, name),
    play: (scene) => {
      scene.later(scene.minutes(10, 90) * MINUTE_MS, scene.team.approve)
      enrollsAfterWrite(scene)
      scene.afterWrite(2 * DAY_MS, () => {
        const { entry, world, now } = scene
        Object.assign(world.org.users.get(entry.person.id) ?? {}, { status: 'SUSPENDED', statusChanged: now() })
        past(world.org, entry.person, 'user.lifecycle.suspend', 0, { by: ADMIN })
        entry.undoneAt = now()
      })
    }
  },
  {
    id: 'guided',
    weight: 4,
    quiet: true,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) => scene.afterMail(scene.minutes(2, 120) * MINUTE_MS, () => getsIn(scene))
  },
  {
    id: 'guided_says_it_works',
    weight: 1,
    quiet: true,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) =>
      scene.afterMail(scene.minutes(2, 60) * MINUTE_MS, async () => {
        getsIn(scene)
        await scene.answer('works')
      })
  },
  {
    id: 'guided_fails',
    weight: 2,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) =>
      scene.afterMail(scene.minutes(5, 60) * MINUTE_MS, async () => {
        await scene.answer('fails')
        takesHours(scene, 2, () => getsIn(scene))
      })
  },
  {
    id: 'guided_silent',
    weight: 1,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) => {
      givesUp(scene)
      scene.later(2 * DAY_MS, () => scene.team.close())
    }
  },
  {
    id: 'guided_late',
    weight: 1,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) => {
      givesUp(scene)
      scene.later(7 * HOUR_MS, () => getsIn(scene))
    }
  },
  {
    id: 'guided_not_me',
    weight: 1,
    rule: null,
    cast: ({ org }, name) => employee(org, name),
    play: (scene) =>
      scene.afterMail(scene.minutes(5, 60) * MINUTE_MS, async () => {
        await scene.answer('not_me')
        scene.later(3 * HOUR_MS, () => scene.team.close(true))
      })
  },
  {
    id: 'attacker_at_risk',
    weight: 1,
    rule: ORPHAN,
    guard: 'G2',
    cast: ({ org }, name) => {
      const person = orphaned(org, name)
      Object.assign(org.users.get(person.id) ?? {}, { risk: { riskLevel: 'HIGH' } })
      return person
    },
    play: (scene) => scene.later(4 * HOUR_MS, () => scene.team.close(true))
  },
  {
    id: 'reset_yesterday',
    weight: 1,
    rule: ORPHAN,
    guard: 'G6',
    cast: ({ org }, name) => {
      const person = orphaned(org, name)
      past(org, person, 'user.account.update_profile', DAY_MS, {
        debugContext: { debugData: { changedAttributes: 'mobilePhone' } }
      })
      return person
    },
    play: (scene) => takesHours(scene, 3, () => getsInHelped(scene))
  },
  {
    id: 'from_tor',
    weight: 1,
    rule: ORPHAN,
    guard: 'G4_event',
    cast: ({ org }, name) => orphaned(org, name),
    how: ({ network }) => ({ network: { ...network, isProxy: true, proxyType: 'tor' }, judgement: USUAL }),
    play: (scene) => takesHours(scene, 1, () => getsInHelped(scene))
  }
]

function hiredAndWelcome(scene: Scene): void {
  scene.afterWrite(scene.minutes(1, 200) * MINUTE_MS, () => {
    const { entry, world, now } = scene
    const at = { statusChanged: now(), passwordChanged: now(), lastUpdated: now() }
    Object.assign(world.org.users.get(entry.person.id) ?? {}, { status: 'ACTIVE', ...at })
    getsIn(scene)
  })
}

export interface Lived {
  readonly world: World
  readonly book: readonly Entry[]
  readonly now: Instant
  /** The weekly summaries as text, and when each came. */
  readonly summaries: readonly { readonly at: Instant; readonly text: string }[]
  readonly assumed: typeof ASSUMED
}

/** A step while something is going on, while a case may wait for its user, and otherwise. */
const STEPS = [
  [MINUTE_MS, 20 * SECOND_MS],
  [5 * HOUR_MS, 30 * MINUTE_MS]
] as const
const LONGEST_STEP_MS = 2 * HOUR_MS

export async function liveNinetyDays(t: { teardown(close: () => Promise<void>): void }): Promise<Lived> {
  const random = createRandom(90)
  const time = manualClock(START)
  const mail = await openMailServer(t)
  const { sleep, wake } = createJobSleep()
  const policy: Policy = {
    ...DEFAULT_POLICY,
    ...{ guide: GUIDE, decide: { ...DEFAULT_POLICY.decide, guideCauses: GUIDE.causes }, summary: ASSUMED }
  }
  const self = { host: '127.0.0.1', port: 0, publicUrl: 'https://help.example.com', key: 'k'.repeat(32) }
  const world = await openWorld({
    ...{ scenarios: [], clock: time.clock, storeUrl: 'memory:', policy },
    settings: { mail: mail.settings, self, trustedProxies: ['127.0.0.1'] },
    service: { jobSleep: sleep }
  })
  t.teardown(() => world.close())
  const commands = createCommands({ store: world.service.store, policy, clock: time.clock, emit: () => {} })
  const book: Entry[] = []
  const agenda: { at: Instant; act: () => unknown }[] = []
  const later = (ms: number, act: () => unknown) => void agenda.push({ at: plus(time.clock(), ms), act })
  const end = plus(START, DAYS * DAY_MS)

  function begin(fate: Fate, name: string) {
    const person = fate.cast(world, name)
    const { id, rule, guard = null, quiet = false } = fate
    const entry: Entry = { fate: id, person, failedAt: time.clock(), rule, guard, needsTicket: !quiet }
    book.push(entry)
    failEnrollment(world.org, person, fate.how?.(person) ?? { judgement: USUAL })
    fate.play({
      ...{ entry, world, later, now: time.clock, team: teamOf(entry, world, commands, time.clock) },
      minutes: (least, most) => least + Math.floor(random() * (most - least)),
      afterWrite: (ms, act) => {
        const stop = world.org.onWrite(({ userId }) => {
          if (userId !== person.id) return
          stop()
          entry.wroteAt ??= time.clock()
          later(ms, act)
        })
      },
      afterMail: (ms, act) => void mailWaits.set(person.login, () => later(ms, act)),
      answer: async (what) => {
        const body = new URLSearchParams({ what })
        const headers = { 'x-forwarded-for': person.network.ip }
        const answer = await fetch(`${world.service.selfUrl}${links.get(person.login)}`, {
          method: 'POST',
          body,
          headers
        })
        if (answer.status !== 200) throw new Error(`the answer of ${person.name} was refused: ${answer.status}`)
        entry.answeredAt = time.clock()
        if (what !== 'works') entry.gaveUpAt = time.clock()
        if (what === 'not_me') entry.saidNotMeAt = time.clock()
      }
    })
  }

  const mailWaits = new Map<string, () => void>()
  const links = new Map<string, string>()
  const summaries: { at: Instant; text: string }[] = []
  let read = 0
  function readMail() {
    for (const { to, raw } of mail.received.slice(read)) {
      read++
      const text = raw.replaceAll('=\r\n', '').replaceAll('=3D', '=')
      if (to.includes(LEAD)) summaries.push({ at: time.clock(), text })
      const entry = book.find(({ person }) => to.includes(person.login))
      if (!entry) continue
      entry.mailedAt ??= time.clock()
      links.set(entry.person.login, /https:\/\/help\.example\.com(\/answer\/[^\s"<]+)/.exec(text)?.[1] ?? '')
      mailWaits.get(entry.person.login)?.()
      mailWaits.delete(entry.person.login)
    }
  }

  const drawn = FATES.flatMap((fate) => Array.from({ length: fate.weight }, () => ({ fate, place: random() })))
  const fates = drawn.sort((a, b) => a.place - b.place).map(({ fate }) => fate)
  for (let nth = 0; nth < PEOPLE; nth++) {
    const at = plus(START, Math.floor(((nth + random()) / PEOPLE) * DAYS * DAY_MS))
    const fate = fates[nth % fates.length] as Fate
    agenda.push({ at, act: () => begin(fate, `Nora${nth} ${fate.id.replaceAll('_', '')}`) })
  }
  let lastAct = START
  while (time.clock() < end) {
    const due = agenda.filter(({ at }) => at <= time.clock()).sort((a, b) => a.at.localeCompare(b.at))
    for (const one of due) {
      agenda.splice(agenda.indexOf(one), 1)
      await one.act()
      lastAct = time.clock()
    }
    await world.okta.flush()
    world.service.worker.wake()
    await world.service.worker.idle()
    await world.service.tickets?.settle()
    await wake(time.clock())
    readMail()
    const quietMs = Date.parse(time.clock()) - Date.parse(lastAct)
    const step = STEPS.find(([within]) => quietMs < within)?.[1] ?? LONGEST_STEP_MS
    const moments = [...agenda.map(({ at }) => at), plus(time.clock(), step), end]
    time.set(moments.sort()[0] ?? end)
  }
  return { world, book, now: time.clock(), summaries, assumed: ASSUMED }
}

const ANA = approver('ana')

function teamOf(entry: Entry, world: World, commands: ReturnType<typeof createCommands>, now: () => Instant): Team {
  const because = 'Asked the caller.'
  async function shown() {
    const seen = await world.api.newestCase(entry.person.id)
    if (!seen) throw new Error(`${entry.person.name} has no case`)
    entry.caseId = seen.id
    return seen
  }
  function done(what: string, { ok, ...rest }: Awaited<ReturnType<typeof commands.close>>) {
    if (!ok) throw new Error(`${what} for ${entry.person.name} was refused: ${JSON.stringify(rest)}`)
    entry.touchedAt ??= now()
  }
  return {
    async approve() {
      const { id, proposal } = await shown()
      const overrides = proposal?.overridesNeeded.map((guard) => ({ guard, because })) ?? []
      done('approve', await commands.approve(id, { hash: proposal?.hash ?? '', overrides }, ANA))
      entry.approvedAt = now()
    },
    async reject() {
      const { id, proposal } = await shown()
      done('reject', await commands.reject(id, { hash: proposal?.hash ?? '', because }, ANA))
      entry.rejectedAt = now()
    },
    async take() {
      done('assign', await commands.assign((await shown()).id, { to: 'ana' }, ANA))
    },
    async close(attack = false) {
      done('close', await commands.close((await shown()).id, { because, ...(attack ? { attack } : {}) }, ANA))
      entry.closedAt = now()
      if (attack) entry.attackAt = now()
    }
  }
}
