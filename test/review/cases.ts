/** Cases for the pages. */

import { openStorm } from '../../src/case/machine/storm.ts'
import type { Case } from '../../src/domain/case.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { evidenceWith, NOW, user as userOf } from '../remediate/situations.ts'
import { caseWith } from '../ticket/draft/cases.ts'

/** A proposal that needs one guard overridden. */
export function proposed(patch: Partial<Case> = {}): Case {
  return caseWith({
    state: 'awaiting_approval',
    guards: [
      { id: 'G1', state: 'clear', because: 'no admin role' },
      { id: 'G9', state: 'tripped', because: 'user.lifecycle.suspend at 2026-06-15T10:00:00.000Z by admin@example.com' }
    ],
    proposal: {
      hash: 'a'.repeat(64),
      remediation: 'unsuspend_user',
      expiresAt: plus(NOW, 12 * HOUR_MS),
      overridesNeeded: ['G9']
    },
    ...patch
  })
}

/** Somebody's case under an id of its own. */
export function caseOf(user: string, patch: Partial<Case> = {}): Case {
  const id = `RE-${user.toUpperCase().padEnd(12, '0')}`
  const who = { id: `00u${user}`, login: `${user}@example.com`, name: user }
  const evidence = evidenceWith({ user: userOf(who) })
  return caseWith({ id, subjectKey: `user:00u${user}`, user: who, evidence, ...patch })
}

/** Text as an attacker would choose it. */
export const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e' onclick='x ${'W'.repeat(10_000)}`

/** The case of a storm that is on. */
export function stormOf(): Case {
  const failing = { users: 61, common: { ip: null, asNumber: null, appVersion: null, platform: null } }
  return { ...openStorm('RE-ST0RM0000000', '61 users failed within 10 min.', failing, NOW).next, openedAt: NOW }
}
