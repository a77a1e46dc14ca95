/**
 * What can have gone wrong, strongest first: account before device before app (facts §6.2). The order is the priority; the
 * last row always applies. Signs look at facts only, so a cause never rests on the wording of an event (facts §2.4 item 7).
 */

import type { Cause } from './cause.ts'
import { ACCOUNT_CAUSES } from './causes-account.ts'
import { DEVICE_CAUSES } from './causes-device.ts'
import type { CauseVerdict } from './decision.ts'
import type { Facts } from './facts.ts'

/** The last row. What the phone itself holds cannot be seen through the API (facts §4), so it never quite goes away. */
const UNKNOWN_CAUSE: Cause = {
  id: 'unknown',
  title: 'What was read does not explain the failure.',
  kbOption: 5,
  facts: 'C15',
  signs: [{ points: 'low', holds: () => true, says: whatIsNotSeen }]
}

function whatIsNotSeen({ statusKnown, statusGap }: Facts): string {
  if (statusKnown) return 'What the phone itself holds cannot be seen through Okta.'
  return `The status of the account could not be read: ${statusGap ?? 'nobody has asked'}.`
}

export const CAUSES: readonly Cause[] = [...ACCOUNT_CAUSES, ...DEVICE_CAUSES, UNKNOWN_CAUSE]

/**
 * Every cause that some sign points to, strongest first, and `unknown` last; never empty. Without the account's status
 * nothing else can be told apart, so then only `unknown` remains.
 */
export function considerCauses(facts: Facts): readonly [CauseVerdict, ...CauseVerdict[]] {
  const named = facts.statusKnown ? [...ACCOUNT_CAUSES, ...DEVICE_CAUSES] : []
  const [first, ...rest] = named.flatMap((cause) => verdictOf(cause, facts))
  const unknown = unexplained(facts)
  return first ? [first, ...rest, unknown] : [unknown]
}

/** Signs are listed surest first, so the first that points decides how sure the cause is; nothing when none points. */
function verdictOf(cause: Cause, facts: Facts): readonly CauseVerdict[] {
  const seen = cause.signs.filter((sign) => sign.holds(facts))
  const confidence = seen.find((sign) => sign.points !== null)?.points
  const because = seen.map((sign) => sign.says(facts))
  return confidence ? [{ id: cause.id, confidence, because, kbOption: cause.kbOption }] : []
}

function unexplained(facts: Facts): CauseVerdict {
  const { id, kbOption } = UNKNOWN_CAUSE
  return { id, confidence: 'low', because: [whatIsNotSeen(facts)], kbOption }
}
