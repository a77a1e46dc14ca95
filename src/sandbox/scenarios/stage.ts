/** Brings scenarios into an org: everybody is set up, waits for their cue, and reacts to writes. */
import type { HookDelivery } from '../hooks/deliver.ts'
import type { Org } from '../org/org.ts'
import { type Later, type Person, reactToWrites } from '../people.ts'
import type { Scenario } from './scenario.ts'

/** A scenario with its person in the org. */
export interface Role {
  readonly scenario: Scenario
  readonly person: Person
  /** The failing try happens now. */
  cue(): Promise<void>
}

export interface Stage {
  readonly roles: readonly Role[]
  /** Writes in Okta about this person or their phone. */
  writesAbout(person: Person): number
  /** Nobody reacts any more. */
  close(): void
}

/** Sets the scenarios up, in order. `later` puts off what people do after a write. */
export function setStage(
  org: Org,
  scenarios: readonly Scenario[],
  okta: Pick<HookDelivery, 'preview'>,
  later?: Later
): Stage {
  const stops: (() => void)[] = []
  const roles = scenarios.map((scenario): Role => {
    const person = scenario.setUp(org)
    stops.push(reactToWrites(org, person, scenario.afterWrite, later))
    return { scenario, person, cue: async () => scenario.trouble(org, person, okta) }
  })
  return {
    roles,
    writesAbout: ({ id, deviceId }) =>
      org.writes.filter((write) => write.userId === id || (deviceId !== null && write.deviceId === deviceId)).length,
    close: () => {
      for (const stop of stops) stop()
    }
  }
}
