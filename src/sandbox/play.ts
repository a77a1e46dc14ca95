/**
 * Plays scenarios against a running service and says what became of each. The demo and the tests hand in how time
 * passes; everything else goes through the outside: hook deliveries in, the ops API out.
 */
import type { CauseId, GuardId, Mode, RemediationId } from '../domain/vocabulary.ts'
import type { Org } from './org/org.ts'
import type { Expectation, Role, Stage } from './scenarios/scenario.ts'

/** What the ops API says of a case, as far as playing needs it. */
export interface CaseView {
  readonly id: string
  readonly state: string
  readonly failures: readonly { readonly reason: string | null }[]
  readonly evidence: readonly { readonly source: string; readonly state: string; readonly value?: unknown }[]
  readonly cause: { readonly id: CauseId } | null
  readonly decision: {
    readonly kind: string
    readonly mode: Mode
    readonly remediation: RemediationId | null
    readonly stoppedBy: readonly GuardId[]
  } | null
  readonly proposal: { readonly hash: string; readonly overridesNeeded: readonly GuardId[] } | null
  readonly actions: readonly { readonly state: string; readonly effect: string }[]
}

/** The ops API as on-call uses it. */
export interface OpsApi {
  newestCase(userId: string): Promise<CaseView | null>
  /** The status of the answer. */
  approve(caseId: string, ask: { hash: string; overrides: { guard: GuardId; because: string }[] }): Promise<number>
}

export interface Theatre {
  readonly org: Org
  readonly stage: Stage
  readonly api: OpsApi
  /** Lets some time pass: deliveries, the service's work, the clock. */
  readonly pause: () => Promise<void>
}

/** One scenario being played. */
export interface Scene extends Role {
  seen: CaseView | null
  /** What is not as expected right now; empty when the outcome is reached. */
  differences: readonly string[]
  /** On-call has answered the proposal, and the `next` of the story has happened. */
  approved: boolean
  moved: boolean
}

/** A scene for everybody on stage; nobody has failed yet. */
export function scenesOf(stage: Stage): Scene[] {
  return stage.roles.map((role) => ({
    ...role,
    seen: null,
    differences: ['nothing has happened yet'],
    approved: false,
    moved: false
  }))
}

/** Looks at every scene until all have their outcome or `rounds` are over. `onChange` hears of each change of a scene. */
export async function play(
  scenes: readonly Scene[],
  theatre: Theatre,
  rounds: number,
  onChange: (scene: Scene) => void = () => {}
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await theatre.pause()
    for (const scene of scenes) if (await look(scene, theatre)) onChange(scene)
    if (scenes.every((scene) => scene.differences.length === 0)) return
  }
}

/** Looks at one scene, lets on-call and the story do their part; true when something changed. */
async function look(scene: Scene, { org, stage, api }: Theatre): Promise<boolean> {
  const before = JSON.stringify([scene.seen?.state, scene.differences])
  const { scenario, person } = scene
  scene.seen = await api.newestCase(person.id)
  if (scenario.next && !scene.moved && scene.seen?.state === scenario.next.when) {
    scene.moved = true
    scenario.next.happens(org, person)
  }
  if (scenario.approve && !scene.approved && scene.seen?.proposal && scene.seen.state === 'awaiting_approval') {
    scene.approved = true
    await approve(scene, scene.seen, org, api)
  }
  scene.differences = differences(scenario.expect, scene.seen, stage.writesAbout(person))
  return before !== JSON.stringify([scene.seen?.state, scene.differences])
}

async function approve(scene: Scene, seen: CaseView, org: Org, api: OpsApi): Promise<void> {
  const { approve } = scene.scenario
  if (!approve || !seen.proposal) return
  const { because } = approve
  const asked = seen.proposal.overridesNeeded
  const missing = approve.overrides.filter((guard) => !asked.includes(guard))
  if (missing.length > 0)
    throw new Error(`${scene.scenario.id}: the proposal does not ask to override ${missing.join(', ')}`)
  approve.meanwhile?.(org, scene.person)
  const overrides = asked.map((guard) => ({ guard, because }))
  const status = await api.approve(seen.id, { hash: seen.proposal.hash, overrides })
  // A proposal that was renewed meanwhile answers 409: on-call looks again.
  if (status === 409) scene.approved = false
}

function differences(expected: Expectation, seen: CaseView | null, writes: number): readonly string[] {
  if (!seen) return ['there is no case']
  const wrong: string[] = []
  const compare = (what: string, want: unknown, have: unknown) => {
    if (want !== have) wrong.push(`${what} is ${String(have)}, expected ${String(want)}`)
  }
  compare('state', expected.state, seen.state)
  compare('cause', expected.cause, seen.cause?.id)
  compare('decision', expected.decision, seen.decision?.kind)
  if (expected.mode) compare('mode', expected.mode, seen.decision?.mode)
  compare('remediation', expected.remediation, seen.decision?.remediation)
  compare('writes', expected.writes, writes)
  const done = seen.actions.filter((action) => action.state === 'done').at(-1)
  if (expected.effect) compare('effect', expected.effect, done?.effect)
  for (const guard of expected.stoppedBy) {
    if (!seen.decision?.stoppedBy.includes(guard)) wrong.push(`${guard} did not stop it`)
  }
  return wrong
}
