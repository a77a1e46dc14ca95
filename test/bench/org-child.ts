/** A simulated org with people who fail to enroll, and a log of its calls. */
import { newServiceApp } from '../../src/cli/sandbox.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import { systemClock } from '../../src/domain/time.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { employee, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { failureOf } from '../chaos/crowd.ts'
import { asChild } from './child.ts'
import { type Busy, cpuMeter } from './cpu.ts'
import { rightNow } from './moments.ts'

export interface OrgInput {
  readonly people: number
  /** Latency added to every response. */
  readonly latencyMs: number
  /** `orphaned` can be repaired, `none` gets a ticket; `orphaned` unless set. */
  readonly trouble?: 'orphaned' | 'none'
}

export interface OrgChild {
  readonly okta: Settings['okta']
  /** One failure each. */
  readonly failures: readonly { readonly userId: string; readonly event: string }[]
}

export interface Calls {
  readonly count: number
  /** Longest chain of sequential calls: each began after the previous response. */
  readonly longestChain: number
}

asChild<OrgInput>(async ({ people, latencyMs, trouble = 'orphaned' }) => {
  const org = createOrg({ clock: systemClock })
  const { client, privateJwk } = await newServiceApp('0oaBench00000000d7')
  const answeredAt: number[] = []
  const sandbox = await startSandbox({
    clock: systemClock,
    org,
    clients: [client],
    limits: 'none',
    latencyMs,
    onExchange: ({ url }) => {
      if (url.startsWith('/api/')) answeredAt.push(rightNow())
    }
  })
  const failing = trouble === 'orphaned' ? failureOf : failureOfNobody
  const failures = Array.from({ length: people }, (_, n) => {
    const { userId, event } = failing(org, `Kim Bench${n}`)
    return { userId, event: JSON.stringify(event) }
  })
  const busy = cpuMeter()
  const okta: Settings['okta'] = {
    orgUrl: sandbox.url,
    auth: {
      kind: 'private_key',
      clientId: client.clientId,
      privateKey: JSON.stringify(privateJwk),
      keyId: String(privateJwk.kid),
      scopes: client.scopes
    }
  }
  return {
    ready: { okta, failures } satisfies OrgChild,
    async ask(what): Promise<Calls | Busy> {
      if (what === 'busy') return busy()
      const times = answeredAt.splice(0)
      return { count: times.length, longestChain: longestChain(times, latencyMs) }
    },
    end: () => sandbox.close()
  }
})

/** Their phone is known, the failure names it, and Okta shows no reason for it. */
function failureOfNobody(org: Org, name: string) {
  const person = employee(org, name)
  org.pasts.delete(person.id)
  withPhone(org, person)
  return { userId: person.id, event: failEnrollment(org, person, { shape: 'device_enrollment' }) }
}

/** The length of the longest chain of sequential calls. */
function longestChain(answeredAt: readonly number[], latencyMs: number): number {
  let chain = 0
  let free = Number.NEGATIVE_INFINITY
  for (const end of [...answeredAt].sort((a, b) => a - b)) {
    if (end - latencyMs < free) continue
    chain++
    free = end
  }
  return chain
}
