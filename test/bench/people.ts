/** Runs an org and a service, and delivers failures of the org's people to the service. */
import { type Child, startChild } from './child.ts'
import { envelopeOf, SECRET } from './deliveries.ts'
import type { OrgChild, OrgInput } from './org-child.ts'
import type { ServiceChild, ServiceInput } from './service-child.ts'

export interface Pair {
  readonly org: Child<OrgChild>
  readonly service: Child<ServiceChild>
  /** Sends these people's failures to the service in one delivery; resolves when it is acknowledged. */
  tell(failures: OrgChild['failures']): Promise<void>
  end(): Promise<void>
}

export async function openPair(org: OrgInput, service: Omit<ServiceInput, 'okta'>): Promise<Pair> {
  const orgChild = await startChild<OrgChild>('org-child.ts', org, 'others')
  const { okta } = orgChild.ready
  const serviceChild = await startChild<ServiceChild>('service-child.ts', { ...service, okta }, 'service')
  return {
    org: orgChild,
    service: serviceChild,
    async tell(failures) {
      const headers = { authorization: SECRET, 'content-type': 'application/json' }
      const body = envelopeOf(failures.map(({ event }) => event))
      const post = async () => {
        const answer = await fetch(serviceChild.ready.hookUrl, { method: 'POST', headers, body })
        await answer.arrayBuffer()
        return answer.status
      }
      // As Okta does, which tries once more after a 503 (facts §1.4).
      const first = await post()
      const status = first === 503 ? await post() : first
      if (status !== 204) throw new Error(`a delivery was answered ${status}`)
    },
    async end() {
      await serviceChild.end()
      await orgChild.end()
    }
  }
}
