/**
 * What people do all day and Okta logs: 30-60 entries a working day (facts §3.4, Volume) of sign-ins, single sign-on and
 * verifications, and now and then an import from HR. The past of a crowd would fill the memory, so it is made for each
 * query about a person; the same person always has the same past.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { EventParty } from './attempt-events.ts'
import { clientOf, completeEvent, type EventSeed, oddContext, securityContextOf } from './org/log-event.ts'
import type { SandboxLogEvent } from './org/model.ts'
import type { Org } from './org/org.ts'
import { createIds, createRandom } from './org/seeds.ts'
import { type Person, partyOf } from './people.ts'

/** The application that imports people from HR. */
export const HR_IMPORT: EventParty = {
  id: '0oaHumanResources00d7',
  type: 'PublicClientAppEntity',
  alternateId: 'hr-import',
  displayName: 'HR import'
}

/** As far back as the service asks by default. */
const DAYS = 30
/** Imports are older than a week, so that no guard about recent changes stands on them. */
const IMPORTED_DAYS_AGO = [12, 26]
const WORK_BEGINS_MS = 8 * HOUR_MS
const WORK_LASTS_MS = 9 * HOUR_MS

/** Gives the person an ordinary past. `untilMs` before now Okta Verify was last used. */
export function liveOrdinarily(org: Org, person: Person, untilMs = 0): void {
  const now = org.clock()
  org.pasts.set(person.id, () => pastOf(person, now, plus(now, -untilMs)))
}

/** Adds successful verifications to an ordinary past, evenly over the days. */
export function verifyOften(org: Org, person: Person, count: number): void {
  const now = org.clock()
  const ordinary = org.pasts.get(person.id)
  const [, , verification] = templatesOf(person)
  if (!verification) return
  const ids = createIds(count)
  const more = Array.from({ length: count }, (_, nth) => ({
    ...completeEvent(ids, now, verification),
    published: plus(now, -(nth / count) * DAYS * DAY_MS)
  }))
  org.pasts.set(person.id, () => [...(ordinary?.() ?? []), ...more])
}

function pastOf(person: Person, now: Instant, until: Instant): SandboxLogEvent[] {
  const seed = [...person.id].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 7)
  const random = createRandom(seed)
  const ids = createIds(seed)
  const templates = templatesOf(person).map((template) => completeEvent(ids, now, template))
  const [signIn, evaluation, verification, unanswered, sso, imported] = templates
  const events: SandboxLogEvent[] = []
  const add = (template: SandboxLogEvent | undefined, published: Instant) => {
    if (!template || published > until) return
    const number = String(events.length).padStart(12, '0')
    events.push({ ...template, uuid: `${template.uuid.slice(0, 24)}${number}`, published })
  }
  const today = `${now.slice(0, 10)}T00:00:00.000Z`
  for (let day = DAYS; day >= 0; day--) {
    const midnight = plus(today, -day * DAY_MS)
    if (IMPORTED_DAYS_AGO.includes(day)) add(imported, plus(midnight, 2 * HOUR_MS))
    const date = new Date(midnight).getUTCDay()
    const signIns = date === 0 || date === 6 ? 1 : 7 + Math.floor(random() * 6)
    for (let nth = 0; nth < signIns; nth++) {
      const at = plus(midnight, WORK_BEGINS_MS + ((nth + random()) / signIns) * WORK_LASTS_MS)
      add(signIn, at)
      add(evaluation, plus(at, SECOND_MS))
      // Now and then nobody looks at the phone.
      if (random() < 0.01) add(unanswered, plus(at, 5 * SECOND_MS))
      add(verification, plus(at, MINUTE_MS))
      for (let app = 0; app < 1 + Math.floor(random() * 3); app++) add(sso, plus(at, (2 + app) * MINUTE_MS))
    }
  }
  return events
}

/** Event types of Okta's catalogue (event-types.csv); that each carries the browser's or app's agent is a guess. */
function templatesOf(person: Person): EventSeed[] {
  const user = { ...partyOf(person), detailEntry: null }
  const securityContext = securityContextOf(person.network, {})
  const own = { actor: user, client: clientOf(person.network, person.phone), target: [user], securityContext }
  const factor = { debugContext: { debugData: { factor: 'SIGNED_NONCE', factorIntent: 'LOGIN' } } }
  return [
    { eventType: 'user.session.start', ...own },
    { eventType: 'policy.evaluate_sign_on', ...own, outcome: { result: 'ALLOW', reason: 'Sign-on policy evaluation' } },
    { eventType: 'user.authentication.auth_via_mfa', ...own, ...factor },
    {
      eventType: 'user.authentication.auth_via_mfa',
      ...own,
      ...factor,
      ...oddContext(person.network, person.phone),
      outcome: { result: 'UNANSWERED', reason: null },
      securityContext: {}
    },
    { eventType: 'user.authentication.sso', ...own },
    {
      eventType: 'user.account.update_profile',
      actor: { ...HR_IMPORT, detailEntry: null },
      target: [user],
      debugContext: { debugData: { changedAttributes: 'department, manager' } }
    }
  ]
}
