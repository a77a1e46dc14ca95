/** Ninety days of cases as a store would hold them: people of several causes, a storm, and one repaired user. */
import type { Case } from '../../src/domain/case.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { aFailure, aNewUser, anEntry, aUser, entryOf, knownEvidence, NOW } from '../decide/build.ts'
import { aCase } from '../store/build.ts'

const START = plus(NOW, -90 * DAY_MS)
/** Listed as routine by the policies under test. */
export const ROUTINE_ACTOR = '0oaRoutine'

/** A case of day `day`; its evidence is as of then. */
function onDay(
  day: number,
  id: string,
  status: 'SUSPENDED' | 'PROVISIONED' | 'ACTIVE',
  over: Partial<Case> = {}
): Case {
  const at = plus(START, day * DAY_MS)
  const shift = Date.parse(at) - Date.parse(NOW)
  const moved = <V>(value: V): V => JSON.parse(JSON.stringify(value), (_key, v) => moveInstant(v, shift))
  const login = `${id}@example.com`
  const user =
    status === 'PROVISIONED'
      ? aNewUser({ id, login })
      : aUser({ id, login, status, ...(status === 'SUSPENDED' ? { statusChanged: plus(NOW, -2 * HOUR_MS) } : {}) })
  const suspended = anEntry('user.lifecycle.suspend', {
    at: plus(NOW, -2 * HOUR_MS),
    actorId: ROUTINE_ACTOR,
    actorType: 'PublicClientAppEntity',
    targetIds: [id]
  })
  const usual = anEntry('user.authentication.auth_via_mfa', { at: plus(NOW, -DAY_MS), actorId: id })
  const failure = aFailure({
    uuid: `failure-${id}`,
    subject: { id, login, name: null },
    actor: { id, type: 'User', login },
    publishedAt: plus(NOW, -MINUTE_MS)
  })
  // The failure's own entry proves the event.
  const history = [entryOf(failure), ...(status === 'SUSPENDED' ? [suspended] : []), usual]
  return aCase(id, {
    state: 'with_person',
    ...over,
    failures: [moved(failure)],
    evidence: moved(knownEvidence({ user, history }))
  })
}

function moveInstant(value: unknown, shiftMs: number): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? plus(value, shiftMs) : value
}

/** In no particular order. */
export function ninetyDays(): readonly Case[] {
  const suspended = Array.from({ length: 30 }, (_, n) => onDay(n * 3, `00uSusp${n}`, 'SUSPENDED'))
  const pending = Array.from({ length: 20 }, (_, n) => onDay(n * 4 + 1, `00uPend${n}`, 'PROVISIONED'))
  const active = Array.from({ length: 10 }, (_, n) => onDay(n * 9 + 2, `00uActv${n}`, 'ACTIVE'))
  const crowd = Array.from({ length: 6 }, (_, n) => onDay(80 + n / 2000, `00uCrwd${n}`, 'SUSPENDED'))
  const storm = aCase('storm', {
    storm: { since: NOW, lastSeenAt: NOW, users: 6, because: '', releasedAt: null, children: { all: 6, open: 6 } }
  })
  const unread = aCase('00uUnread', { evidence: null })
  return [...crowd, ...active, ...pending, ...suspended, storm, unread]
}
