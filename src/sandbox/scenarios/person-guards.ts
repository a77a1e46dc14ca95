/**
 * One person for each guard about who somebody is and what happened to the account (facts §6.1). All have the same
 * trouble, an unfinished enrollment that would be removed without asking, so that only the guard explains the ticket.
 */
import { DAY_MS, HOUR_MS, plus } from '../../domain/time.ts'
import { ADMIN, OKTA_SYSTEM, PROTECTED_GROUP, past } from './cast.ts'
import type { Scenario } from './scenario.ts'
import { orphaned, orphanStoppedBy } from './troubled.ts'

/** Guards that look at the person and the account. */
export const PERSON_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G1'),
    id: 'admin_role',
    title: 'Ada Admin is a help desk administrator.',
    story: 'Privileged users are never touched by a machine, whatever their trouble.',
    setUp: (org) => {
      const role = { id: org.ids.id('ra1'), type: 'HELP_DESK_ADMIN', label: 'Help Desk Administrator' }
      return orphaned(org, 'Ada Admin', { roles: [{ ...role, assignmentType: 'USER', status: 'ACTIVE' }] })
    }
  },
  {
    ...orphanStoppedBy('G2'),
    id: 'high_risk',
    title: "Rick Risk's account is at high risk.",
    story: 'Okta Identity Threat Protection rates the user HIGH.',
    setUp: (org) => orphaned(org, 'Rick Risk', { risk: { riskLevel: 'HIGH', reason: 'override.by.admin' } })
  },
  {
    ...orphanStoppedBy('G3'),
    id: 'suspicious_activity_reported',
    title: 'Wendy Worried reported suspicious activity last week.',
    story: 'She got a mail about a sign-in that was not hers.',
    setUp: (org) => {
      const wendy = orphaned(org, 'Wendy Worried')
      past(org, wendy, 'user.account.report_suspicious_activity_by_enduser', 6 * DAY_MS)
      return wendy
    }
  },
  {
    ...orphanStoppedBy('G6'),
    id: 'password_just_changed',
    title: 'Perry Password changed his password five hours ago.',
    story: 'A takeover begins with a new password too, so a person looks at it.',
    setUp: (org) => orphaned(org, 'Perry Password', { passwordChanged: plus(org.clock(), -5 * HOUR_MS) })
  },
  {
    ...orphanStoppedBy('G6'),
    id: 'factors_just_reset',
    title: "Finn Factor's factors were all reset two days ago.",
    story: 'Whoever talked the help desk into that may be the one who enrolls now.',
    setUp: (org) => {
      const finn = orphaned(org, 'Finn Factor')
      past(org, finn, 'user.mfa.factor.reset_all', 2 * DAY_MS, { by: ADMIN })
      return finn
    }
  },
  {
    ...orphanStoppedBy('G7'),
    id: 'breached_credential',
    title: "Brie Breached's password was found in a breach.",
    story: 'Okta says so in the log, two days ago.',
    setUp: (org) => {
      const brie = orphaned(org, 'Brie Breached')
      past(org, brie, 'security.breached_credential.detected', 2 * DAY_MS, { by: OKTA_SYSTEM })
      return brie
    }
  },
  {
    ...orphanStoppedBy('G10'),
    id: 'account_came_back',
    title: 'Rex Returned was deactivated ten days ago and brought back.',
    story: 'Leavers and returners are for people to look at.',
    setUp: (org) => {
      const rex = orphaned(org, 'Rex Returned')
      past(org, rex, 'user.lifecycle.deactivate', 10 * DAY_MS, { by: ADMIN })
      past(org, rex, 'user.lifecycle.activate', 9 * DAY_MS, { by: ADMIN })
      return rex
    }
  },
  {
    ...orphanStoppedBy('G12'),
    id: 'protected_group',
    title: 'Vic Vault is in the group of break-glass accounts.',
    story: 'The policy names the group; its members are never written to.',
    setUp: (org) => {
      const vic = orphaned(org, 'Vic Vault')
      const group = [...org.groups.values()].find(({ profile }) => profile.name === PROTECTED_GROUP)
      org.users.get(vic.id)?.groupIds.push((group ?? org.addGroup(PROTECTED_GROUP)).id)
      return vic
    }
  }
]
