/** What may leave with a ticket: the allow-list of the target, and never an address, a serial number or a credential. */

import t from 'tap'
import { PERSONAL_DATA, type PersonalData } from '../../../src/config/policy/ticket-policy.ts'

import type { OutboxEntry } from '../../../src/domain/outbox.ts'
import { ticketDraft } from '../../../src/ticket/draft/draft.ts'
import { personalFilter } from '../../../src/ticket/draft/personal-data.ts'

import { snapshotOf } from '../../../src/ticket/outbox/snapshot.ts'
import { evidenceWith, failure, logEntry, NOW } from '../../remediate/situations.ts'
import { targetPolicy } from '../target-settings.ts'
import { caseWith, OPTIONS } from './cases.ts'

/** One seeded value per kind, in every place that may quote it. */
const SEEDED = {
  login: 'anna.seed@example.com',
  name: 'Anna Seedling',
  user_id: '00uSeedUser0000001d7',
  devices: 'Seed-iPhone',
  actors: 'mallory.actor@example.com'
} as const
const NEVER = [
  'SERIALSEED77',
  '203.0.113.77',
  'private.seed@example.org',
  'SSWS 00abcdefSEED',
  'eyJhbGciOiJseed.payload.sig'
]

const quoted = [...Object.values(SEEDED), ...NEVER].join(', ')
const device = { ...failure().device, name: SEEDED.devices, serialNumber: 'SERIALSEED77' }
const c = caseWith({
  user: { id: SEEDED.user_id, login: SEEDED.login, name: SEEDED.name },
  failures: [failure({ device, actor: { id: '00uMallory', type: 'User', login: SEEDED.actors }, reason: quoted })],
  evidence: evidenceWith(),
  cause: { id: 'account_suspended', confidence: 'high', because: [`quoting ${quoted}`], kbOption: 1 },
  guards: [{ id: 'G4_event', state: 'tripped', because: `from ${quoted}` }],
  timeline: [{ at: NOW, what: `Seen: ${quoted}`, by: 'okta' }]
})
const entry = { deliveredEntries: 0, deliveredAt: null } as OutboxEntry

function everything(allowed: readonly PersonalData[]): string {
  return JSON.stringify(
    snapshotOf(c, entry, targetPolicy({ personalData: allowed }), {
      draft: (it) => ticketDraft(it, OPTIONS),
      caseUrl: OPTIONS.caseUrl
    })
  )
}

t.test('each kind of data leaves when it is allowed, and only then', async (t) => {
  for (const kind of PERSONAL_DATA) {
    const value = SEEDED[kind].replace('@', '(at)')
    const told = (text: string) => text.replaceAll('@', '(at)').includes(value)
    t.ok(told(everything([kind])), `${kind} may leave`)
    t.notOk(told(everything(PERSONAL_DATA.filter((other) => other !== kind))), `${kind} may not`)
  }
})

t.test('addresses, serial numbers and credentials never leave', async (t) => {
  const text = everything(PERSONAL_DATA).replaceAll('(at)', '@')
  for (const value of NEVER) t.notOk(text.includes(value), value)
})

t.test('with nothing allowed the ticket still says what to do', async (t) => {
  const text = everything([])
  for (const value of Object.values(SEEDED)) t.notOk(text.replaceAll('(at)', '@').includes(value), value)
  t.match(text, /Okta Verify enrollment failed for \[login\]/)
  t.match(text, /What to do next/)
})

t.test('a user who acted in Okta is named as the user, not as an actor', async (t) => {
  const own = { actorId: SEEDED.user_id, actorLogin: SEEDED.login, actorName: SEEDED.name }
  const acted = { ...c, failures: [], evidence: evidenceWith({ history: [logEntry(own)] }) }
  const clean = personalFilter(acted, ['login', 'name', 'user_id'])
  t.equal(clean(`by ${SEEDED.name}, ${SEEDED.user_id}`), `by ${SEEDED.name}, ${SEEDED.user_id}`)
})
