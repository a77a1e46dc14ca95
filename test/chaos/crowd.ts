/**
 * A simulated org with people who are repaired automatically, the deliveries about them, and the count at the end: what was
 * acknowledged but is not stored, and what was written or opened twice.
 */

import { newServiceApp } from '../../src/cli/sandbox.ts'
import { newestFailureAt } from '../../src/decide/entries.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Store } from '../../src/domain/store.ts'
import { DAY_MS, plus, SECOND_MS, systemClock } from '../../src/domain/time.ts'
import { attemptEvent } from '../../src/sandbox/attempt-events.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import { partyOf } from '../../src/sandbox/people.ts'
import { orphaned, past } from '../../src/sandbox/scenarios/cast.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { verifyChain } from '../../src/store/ledger.ts'

const SECRET = 'chaos-hook-secret-0123456789abcd'
const TOKEN = 'chaos-ops-token-0123456789abcdef'

/** The repair happened within this time after its intent, as far as anybody can see. */
const CALL_TAKES_MS = 30 * SECOND_MS

/** Okta's is 3 s (facts §1.3); a busy machine that runs org, replicas and server gets more. */
const PATIENCE_MS = 10_000

export interface Sent {
  readonly body: string
  readonly uuids: readonly string[]
}

export interface Outcome {
  readonly acknowledged: number
  readonly cases: number
  readonly writes: number
  readonly tickets: number
  /** Each must be empty. */
  readonly lost: readonly string[]
  readonly writtenTwice: readonly string[]
  readonly openedTwice: readonly string[]
  readonly ticketsTwice: readonly string[]
  readonly unsettled: readonly string[]
  /** Cases with a ticket although the person did not fail again after the repair, and without one although they surely did. */
  readonly ticketsOdd: readonly string[]
  /** Unsettled cases that are due later, because of a clock that was ahead or a back-off. */
  readonly putOff: number
  /** The first ledger entry that breaks the chain, or null. */
  readonly brokenAt: number | null
}

export interface Crowd {
  readonly org: Org
  readonly acknowledged: Set<string>
  /** The environment of a replica on this store. */
  env(storeUrl: string, policyFile: string): Readonly<Record<string, string>>
  /** A delivery with failures of the given number of new people. */
  delivery(people: number): Sent
  /** A delivery with so many failures of people met before; there are never more than `people` of them. */
  failures(count: number, people: number): Sent
  /** Posts it; returns the status, or null without a response. */
  post(hookUrl: string, sent: Sent): Promise<{ status: number | null; ms: number }>
  /** Waits until nothing is in progress. */
  settled(opsUrl: string): Promise<void>
  count(store: Store): Promise<Outcome>
  close(): Promise<void>
}

/** The policy of the run: storms are disabled. Nobody enrolls, so no write helps, and the rule watch must not lower the rule. */
export function crowdPolicy(writesPerHour: number): string {
  return `guards:\n  stormUsers: 100000\n  stormSameNetworkUsers: 100000\n  writesPerHour: ${writesPerHour}\n  remediationWritesPerHour: 100000\n  sharePercent: 100\n  staleAfter: 24h\nruleWatch:\n  ineffectivePercent: 100\n`
}

export async function openCrowd(): Promise<Crowd> {
  const org = createOrg({ clock: systemClock })
  const { client, privateJwk } = await newServiceApp('0oaChaos00000000d7')
  const sandbox = await startSandbox({ clock: systemClock, org, clients: [client], limits: 'none', latencyMs: 3 })
  const acknowledged = new Set<string>()
  const met: ReturnType<typeof orphaned>[] = []
  let made = 0
  const sent = (events: readonly { readonly uuid: string }[]): Sent => {
    const envelope = {
      eventType: 'com.okta.event_hook',
      eventId: `d${made}`,
      eventTime: systemClock(),
      data: { events }
    }
    return { body: JSON.stringify(envelope), uuids: events.map(({ uuid }) => uuid) }
  }
  return {
    org,
    acknowledged,
    env: (storeUrl, policyFile) => ({
      OKTA_CLIENT_ORGURL: sandbox.url,
      OKTA_CLIENT_CLIENTID: client.clientId,
      OKTA_CLIENT_PRIVATEKEY: JSON.stringify(privateJwk),
      OKTA_CLIENT_SCOPES: client.scopes.join(' '),
      REENROLL_MODE: 'auto',
      REENROLL_HOOK_SECRETS: SECRET,
      REENROLL_OPS_TOKEN: TOKEN,
      REENROLL_HOOK_HOST: '127.0.0.1',
      REENROLL_HOOK_PORT: '0',
      REENROLL_OPS_PORT: '0',
      REENROLL_STORE_URL: storeUrl,
      REENROLL_STORE_POOL: '6',
      REENROLL_POLICY_FILE: policyFile
    }),
    delivery(people) {
      return sent(Array.from({ length: people }, () => failureOf(org, `Kim Crowd${made++}`).event))
    },
    failures(count, people) {
      return sent(
        Array.from({ length: count }, () => {
          const n = made++
          const person = met[n % people] ?? orphanedNow(org, `Kim Crowd${n}`)
          met[n % people] = person
          return failsAgain(org, person)
        })
      )
    },
    async post(hookUrl, { body, uuids }) {
      const from = performance.now()
      const headers = { authorization: SECRET, 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) }
      const status = await fetch(hookUrl, init).then(
        ({ status }) => status,
        () => null
      )
      if (status === 204) for (const uuid of uuids) acknowledged.add(uuid)
      return { status, ms: performance.now() - from }
    },
    settled: (opsUrl) => settled(opsUrl),
    count: (store) => count(store, org, acknowledged),
    close: () => sandbox.close()
  }
}

/** A new person fails in a way that is repaired automatically. */
export function failureOf(org: Org, name: string) {
  const person = orphanedNow(org, name)
  return { userId: person.id, event: failsAgain(org, person) }
}

function orphanedNow(org: Org, name: string) {
  const person = orphaned(org, name)
  // A month of ordinary entries for each of thousands of people would measure the simulated org; one tells the usual country.
  org.pasts.delete(person.id)
  past(org, person, 'user.authentication.auth_via_mfa', 20 * DAY_MS)
  return person
}

function failsAgain(org: Org, person: ReturnType<typeof orphaned>) {
  const party = partyOf(person)
  return org.record(
    attemptEvent(org, {
      shape: 'factor_activate',
      user: party,
      actor: party,
      outcome: { result: 'FAILURE', reason: 'Invalid token provided' },
      phone: person.phone,
      network: person.network,
      device: null,
      published: systemClock(),
      judgement: {}
    })
  )
}

const IN_BETWEEN = 'received,correlating,acting'
/** Number of checks, 200 ms apart: long enough for the leases of a killed replica to expire. */
const LOOKS = 600

async function settled(opsUrl: string): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` }
  for (let look = 0; look < LOOKS; look++) {
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text()
    const pending = Number(/^reenroll_inbox_pending(?:\{\})? (\d+)/m.exec(metrics)?.[1] ?? '1')
    const answer = await fetch(`${opsUrl}/api/cases?state=${IN_BETWEEN}&limit=1`, { headers })
    const page = (await answer.json()) as { readonly cases: readonly unknown[] }
    if (pending === 0 && page.cases.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  // Work still in progress is counted at the end.
}

async function count(store: Store, org: Org, acknowledged: ReadonlySet<string>): Promise<Outcome> {
  const cases: Case[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.listCases({ limit: 200, ...(after ? { after } : {}) })
    cases.push(...page.cases)
    if (!page.next) break
    after = page.next
  }
  const known = new Set(cases.flatMap((c) => c.failures.map(({ uuid }) => uuid)))
  const ledger = await store.ledger({ after: 0, limit: 1_000_000 })
  const keys = cases.flatMap(({ ticket }) => ticket?.key ?? [])
  return {
    acknowledged: acknowledged.size,
    cases: cases.length,
    writes: org.writes.length,
    tickets: keys.length,
    lost: [...acknowledged].filter((uuid) => !known.has(uuid)),
    writtenTwice: twice(org.writes.map(({ userId }) => userId ?? '')),
    openedTwice: twice(cases.map((c) => c.subjectKey)),
    ticketsTwice: twice(keys),
    ticketsOdd: cases.filter(isTicketOdd).map(sayWhy),
    putOff: cases.filter(({ state, dueAt }) => IN_BETWEEN.includes(state) && (dueAt ?? '') > systemClock()).length,
    unsettled: cases.filter((c) => !isAtRest(c)).map(sayWhy),
    brokenAt: verifyChain(ledger)
  }
}

function twice(names: readonly string[]): string[] {
  return [...Map.groupBy(names, (name) => name)].filter(([, same]) => same.length > 1).map(([name]) => name)
}

function isAtRest({ state }: Case): boolean {
  return /^(watching|with_person|resolved)$/.test(state)
}

/** Nobody is repaired twice in a day (G14), so whoever fails again after the repair goes to a person, and nobody else does. */
function isTicketOdd({ ticket, actions, failures }: Case): boolean {
  const { intendedAt = null, state = null } = actions.at(-1) ?? {}
  const last = newestFailureAt(failures) ?? ''
  if (ticket) return state !== 'done' || last < (intendedAt ?? '')
  return state !== 'done' || last > plus(intendedAt ?? '', CALL_TAKES_MS)
}

function sayWhy({ id, state, tries, updatedAt, dueAt, timeline }: Case): string {
  return `${id} ${state}, tries ${tries}, changed ${updatedAt}, due ${dueAt}: ${timeline.at(-1)?.what}`
}
