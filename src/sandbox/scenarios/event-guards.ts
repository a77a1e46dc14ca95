/** One person for each guard about the event, the place it came from and the device (facts §6.1); see `person-guards.ts`. */
import { DAY_MS, MINUTE_MS } from '../../domain/time.ts'
import { AMSTERDAM } from '../org/locations.ts'
import { failEnrollment } from '../people.ts'
import { ADMIN, employee, past, withPhone } from './cast.ts'
import type { Scenario } from './scenario.ts'
import { orphaned, orphanStoppedBy } from './troubled.ts'

/** Guards that look at the event and the place it came from. */
export const EVENT_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G4_event'),
    id: 'through_tor',
    title: 'Tor Travis tries to enroll through Tor.',
    story: 'The event itself says that the address is an anonymiser.',
    setUp: (org) => orphaned(org, 'Tor Travis'),
    trouble: (org, travis) => {
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
    trouble: (org, nora) => {
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
    trouble: (org, robin) => {
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
    trouble: (org, stu) => void failEnrollment(org, stu, { agoMs: 45 * MINUTE_MS })
  },
  {
    ...orphanStoppedBy('G13'),
    id: 'preview_delivery',
    title: "An administrator previews the hook with Pat Preview's failure of last week.",
    story: 'Such a delivery is real HTTP with an old event that can even be edited, so nothing is written.',
    setUp: (org) => orphaned(org, 'Pat Preview'),
    trouble: (org, pat, okta) => okta.preview(failEnrollment(org, pat, { agoMs: 7 * DAY_MS }))
  },
  {
    ...orphanStoppedBy('G13'),
    id: 'acted_for_another',
    title: 'An administrator tried to enroll for Ann Another.',
    story: 'The event says little about Ann herself, so a person looks at it.',
    setUp: (org) => orphaned(org, 'Ann Another'),
    trouble: (org, ann) => void failEnrollment(org, ann, { actor: ADMIN })
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
    trouble: (org, shay) => void failEnrollment(org, shay, { shape: 'device_user' })
  }
]
