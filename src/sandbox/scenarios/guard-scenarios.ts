/**
 * One person for each guard (facts §6.1), by subject: person and account, event and device, pace. All have the
 * same problem, an unfinished enrollment that would be removed without asking, so that only the guard explains the ticket.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../domain/time.ts'
import { AMSTERDAM, homeNetwork } from '../org/log-event.ts'
import { failEnrollment } from '../people.ts'
import {
  ADMIN,
  employee,
  invited,
  leaveUnfinished,
  OKTA_SYSTEM,
  orphaned,
  orphanStoppedBy,
  PROTECTED_GROUP,
  past,
  withPhone
} from './cast.ts'
import { type Scenario, stopped } from './scenario.ts'

/* Guards about the event, the place it came from and the device (facts §6.1). */

/** Guards that look at the event and the place it came from. */
export const EVENT_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G4_event'),
    id: 'through_tor',
    title: 'Tor Travis tries to enroll through Tor.',
    story: 'The event itself says that the address is an anonymiser.',
    setUp: (org) => orphaned(org, 'Tor Travis'),
    fails: (org, travis) => {
      const network = { ...travis.network, isProxy: true, proxyType: 'tor' }
      failEnrollment(org, travis, { network })
    }
  },
  {
    ...orphanStoppedBy('G4_log'),
    id: 'threat_in_log',
    title: 'Theo Threat was the target of a suspected attack two days ago.',
    story: 'Today nothing looks odd, but the System Log remembers.',
    setUp: (org) => {
      const theo = orphaned(org, 'Theo Threat')
      past(org, theo, 'security.threat.detected', 2 * DAY_MS, { outcome: { result: 'DENY', reason: 'Password Spray' } })
      return theo
    }
  },
  {
    ...orphanStoppedBy('G5'),
    id: 'new_country',
    title: 'Nora Nomad, always in Texas, suddenly enrolls from Amsterdam.',
    story: "Okta's behavior detection finds a new country and a new device.",
    setUp: (org) => orphaned(org, 'Nora Nomad'),
    fails: (org, nora) => {
      const network = { ...nora.network, place: AMSTERDAM }
      failEnrollment(org, nora, { network, judgement: { behaviors: 'POSITIVE' } })
    }
  },
  {
    ...orphanStoppedBy('G2', 'G4_event', 'G5'),
    id: 'looks_like_an_attack',
    title: 'Robin Risky is being impersonated, by every sign there is.',
    story: 'Tor, a new country, a new device, a suspected threat and high risk, all in one event.',
    setUp: (org) => orphaned(org, 'Robin Risky'),
    fails: (org, robin) => {
      const network = { ...robin.network, place: AMSTERDAM, isProxy: true, proxyType: 'tor' }
      failEnrollment(org, robin, { network, judgement: { behaviors: 'POSITIVE', risk: 'HIGH', threat: true } })
    }
  },
  {
    ...orphanStoppedBy('G13'),
    id: 'stale_event',
    title: "Stu Stale's failure is delivered three quarters of an hour late.",
    story: 'Machines act while the user is at it, not long afterwards.',
    setUp: (org) => orphaned(org, 'Stu Stale'),
    how: { agoMs: 45 * MINUTE_MS }
  },
  {
    ...orphanStoppedBy('G13'),
    id: 'preview_delivery',
    title: "An administrator previews the hook with Pat Preview's failure of last week.",
    story: 'Such a delivery is real HTTP with an old event that can even be edited, so nothing is written.',
    setUp: (org) => orphaned(org, 'Pat Preview'),
    fails: (org, pat, okta) => okta.preview(failEnrollment(org, pat, { agoMs: 7 * DAY_MS }))
  },
  {
    ...orphanStoppedBy('G13'),
    id: 'acted_for_another',
    title: 'An administrator tried to enroll for Ann Another.',
    story: 'The event says little about Ann herself, so a person looks at it.',
    setUp: (org) => orphaned(org, 'Ann Another'),
    how: { actor: ADMIN }
  },
  {
    ...orphanStoppedBy('G11'),
    id: 'shared_device',
    title: 'Shay Shared enrolls on a phone that somebody else uses too.',
    story: 'Shared, handed over or an attacker’s: Okta cannot tell, a person can.',
    setUp: (org) => {
      const shay = orphaned(org, 'Shay Shared')
      const phone = withPhone(org, shay)
      org.linkDevice(employee(org, 'Olaf Owner').id, phone.id)
      return shay
    },
    how: { shape: 'device_user' }
  }
]

/* Guards about pace, incomplete evidence and attacks that take many events (facts §6.1). */

/** Bea's colleagues, by number. */
const OFFICE = Array.from({ length: 11 }, (_, i) => i + 1)

/** Guards about pace, completeness and attacks that need more than one event. */
export const PACE_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G7'),
    id: 'push_bombing',
    title: 'Mo Bombed got eleven push requests within an hour last night and answered none.',
    story: 'Somebody has the password and tries to wear him down.',
    setUp: (org) => {
      const mo = orphaned(org, 'Mo Bombed')
      for (let count = 0; count < 11; count++) {
        past(org, mo, 'user.authentication.auth_via_mfa', 9 * HOUR_MS + count * 5 * MINUTE_MS, {
          outcome: { result: 'UNANSWERED', reason: null },
          debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH', factorIntent: 'LOGIN' } }
        })
      }
      return mo
    }
  },
  {
    ...orphanStoppedBy('G7'),
    id: 'phishing_blocked',
    title: "Phil Phished's FastPass declined a phishing page this morning.",
    story: 'Okta itself says that somebody is phishing him; one such entry is enough.',
    setUp: (org) => {
      const phil = orphaned(org, 'Phil Phished')
      past(org, phil, 'user.authentication.auth_via_mfa', 5 * HOUR_MS, {
        outcome: { result: 'FAILURE', reason: 'FastPass declined phishing attempt' },
        debugContext: { debugData: { factor: 'SIGNED_NONCE', factorIntent: 'LOGIN' } }
      })
      return phil
    }
  },
  {
    ...orphanStoppedBy('G15'),
    id: 'evidence_missing',
    title: "Rory Roles' admin roles cannot be read.",
    story: 'Okta answers 403 to the one call that would tell whether Rory is an administrator; unknown never means no.',
    setUp: (org) => {
      const rory = orphaned(org, 'Rory Roles')
      const answer = { status: 403, errorCode: 'E0000006' }
      org.faults.add({ method: 'GET', path: `/api/v1/users/${rory.id}/roles`, answer })
      return rory
    }
  },
  {
    ...orphanStoppedBy('G14'),
    id: 'second_time_today',
    title: 'Gwen Again was helped this morning and is stuck again.',
    story:
      'Her enrollment was repaired once and she got in; the same day it is broken again, and now a person looks at it.',
    setUp: (org) => orphaned(org, 'Gwen Again'),
    next: {
      when: 'resolved',
      happens: (org, gwen) => {
        const user = org.users.get(gwen.id)
        if (user) user.factors = []
        leaveUnfinished(org, gwen)
        failEnrollment(org, gwen)
      }
    },
    expect: { ...stopped('enrollment_orphaned', 'remove_orphaned_enrollment', 'G14'), writes: 1 }
  },
  {
    ...orphanStoppedBy('G8'),
    id: 'burst',
    title: 'Bea Burst and eleven colleagues in the same office fail within a minute.',
    story: 'An outage or a campaign: every write stops, and nobody is repaired by a machine.',
    isolated: true,
    setUp: (org) => {
      for (const nth of OFFICE) employee(org, `Colleague ${nth}`)
      return orphaned(org, 'Bea Burst')
    },
    fails: (org, bea) => {
      const network = homeNetwork(400)
      for (const user of org.users.values()) {
        if (user.profile.firstName !== 'Colleague') continue
        const name = `${user.profile.firstName} ${user.profile.lastName}`
        const colleague = { ...bea, id: user.id, login: user.profile.login, name }
        failEnrollment(org, colleague, { network, agoMs: SECOND_MS * Number(user.profile.lastName) })
      }
      failEnrollment(org, bea, { network })
    }
  }
]

/** Guards that look at the person and the account. */
export const PERSON_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G1'),
    id: 'admin_role',
    title: 'Ada Admin is a help desk administrator.',
    story: 'Privileged users are never touched by a machine, whatever their problem.',
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
    title: 'Perry Password changed his password five hours ago, and removed a security key an hour later.',
    story: 'A takeover takes both halves of the sign-in, so a person looks at it.',
    setUp: (org) => {
      const perry = orphaned(org, 'Perry Password', { passwordChanged: plus(org.clock(), -5 * HOUR_MS) })
      past(org, perry, 'user.mfa.factor.deactivate', 4 * HOUR_MS)
      return perry
    }
  },
  {
    id: 'mail_address_changed',
    title: 'Mia Mailbox starts today, and her mail address was changed yesterday.',
    story: 'The activation mail would go to the reader of the new address.',
    shows: ['G6'],
    setUp: (org) => {
      const mia = invited(org, 'Mia Mailbox')
      const debugContext = { debugData: { changedAttributes: 'email' } }
      past(org, mia, 'user.account.update_profile', DAY_MS, { by: ADMIN, debugContext })
      return mia
    },
    expect: stopped('activation_pending', 'resend_activation', 'G6')
  },
  {
    ...orphanStoppedBy('G6'),
    id: 'factors_just_reset',
    title: "Finn Factor's factors were all reset two days ago, and again yesterday.",
    story: 'The person who talked the help desk into that may be the one who enrolls now.',
    setUp: (org) => {
      const finn = orphaned(org, 'Finn Factor')
      for (const days of [2, 1]) past(org, finn, 'user.mfa.factor.reset_all', days * DAY_MS, { by: ADMIN })
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
