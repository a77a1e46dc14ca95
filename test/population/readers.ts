/**
 * What people do with the steps they are sent. Shares and times are guesses: nobody publishes how many users mend such a failure
 * from written steps. They are lower than those of people who are asked by a person on the phone.
 */
import { MINUTE_MS } from '../../src/domain/time.ts'
import { isOktaVerify } from '../../src/sandbox/org/enrollments.ts'
import { clientOf, userTarget } from '../../src/sandbox/org/log-event.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import { enroll, enrollmentObstacle, failEnrollment, type Person, partyOf } from '../../src/sandbox/people.ts'

/** Of the people who get the right steps: they take them, try again and fail, or do nothing. */
const TAKES_THEM = 0.75
const FAILS_AGAIN = 0.15
/** A message is read after some minutes. */
const FIRST_MS = 2 * MINUTE_MS
const LAST_MS = 30 * MINUTE_MS

/** When this person has read the message, and what they do then. */
export function readerOf(
  org: Org,
  person: Person,
  random: () => number
): { readonly ms: number; readonly acts: () => void } {
  const draw = random()
  const acts = () => {
    if (draw < TAKES_THEM) takeSteps(org, person)
    else if (draw < TAKES_THEM + FAILS_AGAIN) failEnrollment(org, person)
  }
  return { ms: FIRST_MS + random() * (LAST_MS - FIRST_MS), acts }
}

/** As the steps say: mend the account, remove the old enrollment, enroll. Gets in only if the org allows it then. */
function takeSteps(org: Org, person: Person): void {
  const user = org.users.get(person.id)
  if (!user) return
  const seen = { actor: partyOf(person), client: clientOf(person.network, person.phone), target: [userTarget(user)] }
  if (user.status === 'PASSWORD_EXPIRED' || user.status === 'RECOVERY') {
    Object.assign(user, { status: 'ACTIVE', statusChanged: org.clock(), passwordChanged: org.clock() })
    org.record({ eventType: 'user.account.update_password', ...seen })
  }
  if (user.factors.some(({ factorType }) => factorType === 'webauthn') && user.factors.some(isOktaVerify)) {
    user.factors = user.factors.filter((factor) => !isOktaVerify(factor))
    org.record({ eventType: 'user.mfa.factor.deactivate', ...seen })
  }
  const obstacle = enrollmentObstacle(org, person)
  if (obstacle === null) enroll(org, person)
  else failEnrollment(org, person, { reason: obstacle })
}
