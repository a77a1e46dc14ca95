/** Attackers who sign in to report a failure of "their" account, through the real self-service listener: nothing comes of it. */
import t from 'tap'
import { DEFAULT_GUIDE, DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { AMSTERDAM, clientOf, NEW_IPHONE } from '../../src/sandbox/org/log-event.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import type { Person } from '../../src/sandbox/people.ts'
import { ADMIN, employee, movedPhone, OKTA_SYSTEM, orphaned, past } from '../../src/sandbox/scenarios/cast.ts'
import { CROWD_LIMITS } from '../../src/sandbox/scenarios/catalogue.ts'
import { manualClock } from '../support/clock.ts'
import { SelfVisitor } from '../support/self-visitor.ts'
import { openMailServer } from '../ticket/mail/smtp-server.ts'
import { allCases, openTestWorld, settle } from './settle.ts'

const SELF = {
  ...{ host: '127.0.0.1', port: 0, publicUrl: '', key: 'a key for the cookies of this test' },
  signIn: { clientId: '0oaSelfService00000d7', clientSecret: 'a secret of the self-service app' }
}
const GUIDE = { ...DEFAULT_GUIDE, channels: ['mail'] } as const
/** As free as a policy can be: nothing but the guards is in the way. */
const POLICY = {
  guide: GUIDE,
  decide: {
    ...{ ...DEFAULT_POLICY.decide, guideCauses: GUIDE.causes, pageCauses: GUIDE.causes },
    ruleModes: { device_replaced_by_signed_in_user: 'auto' }
  }
} as const

const signedInFrom = (org: Org, person: Person, network: Partial<Person['network']>, agoMs: number) =>
  past(org, person, 'user.session.start', agoMs, {
    client: clientOf({ ...person.network, ...network }, person.phone)
  })

type Signing = readonly [Person, method?: 'pwd' | 'pop', afterSignIn?: () => void]

/** Who has the user's credentials: each with something in the account that is worth a write or a message. */
const ATTACKERS: Readonly<Record<string, (org: Org, name: string) => Signing>> = {
  'with a session stolen this morning, from another country': (org, name) => {
    const person = orphaned(org, name)
    signedInFrom(org, person, { place: AMSTERDAM }, 3 * HOUR_MS)
    signedInFrom(org, person, { place: AMSTERDAM }, 0)
    return [person]
  },
  'after a dozen pushes that nobody answered': (org, name) => {
    const person = orphaned(org, name)
    const debugContext = { debugData: { factor: 'OKTA_VERIFY_PUSH', factorIntent: 'LOGIN' } }
    for (let nth = 1; nth <= 12; nth++) {
      const outcome = { result: 'UNANSWERED', reason: null }
      past(org, person, 'user.authentication.auth_via_mfa', nth * 3 * MINUTE_MS, { outcome, debugContext })
    }
    return [person]
  },
  'an hour after the help desk reset the password': (org, name) => {
    const person = orphaned(org, name)
    past(org, person, 'user.account.reset_password', HOUR_MS, { by: ADMIN })
    return [person]
  },
  'an hour after the help desk reset the factors, with nothing left to repair': (org, name) => {
    const person = employee(org, name)
    past(org, person, 'user.mfa.factor.reset_all', HOUR_MS, { by: ADMIN })
    return [person]
  },
  'with a passkey that they added an hour ago': (org, name) => {
    const person = movedPhone(org, name)
    const created = plus(org.clock(), -HOUR_MS)
    org.addFactor(person.id, { factorType: 'webauthn', created, lastUpdated: created })
    return [person, 'pop']
  },
  'with a password that leaked': (org, name) => {
    const person = orphaned(org, name)
    past(org, person, 'security.breached_credential.detected', 2 * DAY_MS, { by: OKTA_SYSTEM })
    return [person]
  },
  'as an admin': (org, name) => {
    const person = orphaned(org, name, {}, NEW_IPHONE)
    const role = { id: 'ra9', type: 'ORG_ADMIN', label: 'Organization Administrator', status: 'ACTIVE' }
    org.users.get(person.id)?.roles.push({ ...role, assignmentType: 'USER' })
    return [person]
  },
  'as an admin through a group, which a rule put them into after they had signed in': (org, name) => {
    const person = orphaned(org, name)
    const role = { id: 'ra8', type: 'USER_ADMIN', label: 'Group Administrator', status: 'ACTIVE' }
    return [person, 'pwd', () => org.users.get(person.id)?.roles.push({ ...role, assignmentType: 'GROUP' })]
  },
  'whose account was deactivated after they had signed in': (org, name) => {
    const person = orphaned(org, name)
    return [
      person,
      'pwd',
      () => {
        Object.assign(org.users.get(person.id) ?? {}, { status: 'DEPROVISIONED', statusChanged: org.clock() })
        past(org, person, 'user.lifecycle.deactivate', 0, { by: ADMIN })
      }
    ]
  }
}

/** A password leaves no entry but the start of the session (facts §11). */
function asClassicLogs(org: Org, { id }: Person): void {
  const entries = org.log.filter(
    ({ eventType, actor }) => eventType.endsWith('auth_via_mfa') && Object(actor).id === id
  )
  for (const entry of entries)
    Object.assign(entry, { eventType: 'user.session.start', debugContext: { debugData: {} } })
}

t.test('attackers who sign in get no write, no message and no steps', { timeout: 60_000 }, async (t) => {
  const server = await openMailServer(t)
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, {
    policy: POLICY,
    guards: CROWD_LIMITS,
    settings: { mail: server.settings, self: SELF }
  })
  const reports = async ([person, method, afterSignIn]: Signing, engine: 'identity' | 'classic' = 'identity') => {
    const visitor = new SelfVisitor(world.service.selfUrl ?? '')
    await visitor.signIn(person.id, method)
    if (engine === 'classic') asClassicLogs(world.org, person)
    afterSignIn?.()
    await visitor.report()
    await settle(world, time)
    await world.service.tickets?.settle()
    return { person, visitor, page: await visitor.page() }
  }

  const genuine = await reports([orphaned(world.org, 'Gina Genuine')])
  t.equal(world.org.writes.length, 1, 'the same report of the person herself is repaired')
  t.match(genuine.page, /What to do|Okta Verify works/)

  t.equal((await genuine.visitor.post('/not-me', genuine.page)).status, 200)
  await settle(world, time)
  t.match(
    (await allCases(world)).find((c) => c.user.id === genuine.person.id),
    { state: 'with_person', securityAlert: /not theirs/, ticket: { state: 'open' } },
    'she says that it was not her after all'
  )

  const renamed = orphaned(world.org, 'Greta Genuine')
  const rename = () => Object.assign(world.org.users.get(renamed.id)?.profile ?? {}, { login: 'greta.new@example.com' })
  const { person: greta } = await reports([renamed, 'pwd', rename])
  t.equal(world.org.writes.length, 2, 'whose login was changed meanwhile, as her id is the same')
  t.equal((await allCases(world)).filter((c) => c.user.id === greta.id).length, 1)

  const pages = new Set<string>()
  for (const [nth, [who, attack]] of Object.entries(ATTACKERS).entries()) {
    const { person, page } = await reports(attack(world.org, `Mallory M${nth}`))
    pages.add(page.replace(/RE-\w+/, 'RE').replace(/value="[^"]*"/g, ''))
    const own = (await allCases(world)).filter((c) => c.user.id === person.id)
    t.match(own, [{ state: 'with_person', mailed: undefined, ticket: { state: 'open' } }], who)
    t.match(page, /Please call your service desk/, who)
    t.same(
      own.flatMap(({ actions }) => actions),
      [],
      who
    )
  }
  t.equal(pages.size, 1, 'no page says what stopped them')
  t.equal(world.org.writes.length, 2, 'nothing was written for them')

  const abroad = orphaned(world.org, 'Mallory Classic')
  signedInFrom(world.org, abroad, { place: AMSTERDAM }, 0)
  await reports([abroad], 'classic')
  t.equal(world.org.writes.length, 2, 'Classic Engine: a session that began abroad')
  await reports([orphaned(world.org, 'Clara Classic')], 'classic')
  t.equal(world.org.writes.length, 3, 'and one that began where she always is')
  t.same(server.received, [], 'and nothing was sent')
})
