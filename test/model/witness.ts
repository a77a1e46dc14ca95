/** Watches every intent and every write call as they happen, and notes what must never be. */

import { BINDINGS } from '../../src/decide/bindings.ts'
import type { Approval, Case } from '../../src/domain/case.ts'
import type { Controls, Verdict } from '../../src/domain/decision.ts'
import { EVIDENCE_SOURCES } from '../../src/domain/evidence.ts'
import type { Begun, CaseWrite } from '../../src/domain/store.ts'
import { DAY_MS, HOUR_MS, msBetween } from '../../src/domain/time.ts'
import type { Action, GuardId, Instant, RemediationId } from '../../src/domain/vocabulary.ts'
import { bucketOf, type OktaCall } from '../../src/okta/client/calls.ts'
import { forbiddenBy, type World } from './world.ts'

/** The one call that each remediation may make. */
const CALLS: Readonly<Record<RemediationId, string>> = {
  unsuspend_user: 'POST /api/v1/users/{id}/lifecycle/unsuspend',
  unlock_user: 'POST /api/v1/users/{id}/lifecycle/unlock',
  resend_activation: 'POST /api/v1/users/{id}/lifecycle/reactivate',
  remove_orphaned_enrollment: 'DELETE /api/v1/users/{userId}/factors/{factorId}',
  remove_replaced_enrollment: 'DELETE /api/v1/users/{userId}/factors/{factorId}',
  unsuspend_device: 'POST /api/v1/devices/{deviceId}/lifecycle/unsuspend'
}

/** A yes that the API took, as the person gave it. */
interface GivenApproval {
  readonly caseId: string
  readonly hash: string
  readonly remediation: RemediationId
  readonly by: string
  readonly overrides: readonly GuardId[]
  usedFor: string | null
}

export interface Witness {
  /** What went wrong, in words. */
  readonly violations: string[]
  /** Write calls made, with the key of their attempt. */
  readonly writes: {
    readonly key: string
    readonly at: Instant
    readonly userId: string
    readonly automatic: boolean
  }[]
  /** Since which turn a person must not be written to, by reason. */
  readonly offLimits: Map<string, { readonly turn: number; readonly why: string }>
  controlsAtTurn: Controls | null
  approved(c: Case, by: string, overrides: readonly GuardId[]): void
  /** Watches one process. */
  watch(): {
    begin(write: CaseWrite, verdict: Verdict | null, begun: Begun): Promise<void>
    write(call: OktaCall): void
  }
}

export function createWitness(worldOf: () => World): Witness {
  const violations: string[] = []
  const approvals: GivenApproval[] = []
  const witness: Witness = {
    violations,
    writes: [],
    offLimits: new Map(),
    controlsAtTurn: null,
    approved(c, by, overrides) {
      const { proposal } = c
      if (!proposal) violations.push(`${c.id}: an approval was taken without a proposal`)
      else approvals.push({ caseId: c.id, ...proposal, by, overrides, usedFor: null })
    },
    watch: watchOne
  }
  return witness

  function watchOne() {
    let outstanding: { readonly c: Case; readonly action: Action } | null = null
    return {
      async begin({ next, ledger }: CaseWrite, verdict: Verdict | null, begun: Begun) {
        const action = next.actions.at(-1)
        if (begun !== 'begun' || !action) return
        const world = worldOf()
        outstanding = { c: next, action }
        const wrong = [
          ...(await brakes(world, next, action)),
          ...person(world, next),
          ...evidence(next),
          ...caps(world, next, action),
          ...intent(next, action, verdict),
          ...(ledger.some((line) => line.kind === 'intent') ? [] : ['no intent was written to the ledger'])
        ]
        const objections = next.approval
          ? earnedByPerson(next, next.approval, action, verdict)
          : earnedByRule(action, verdict)
        for (const what of [...wrong, ...objections]) violations.push(`${action.id}: ${what}`)
      },
      write(call: OktaCall) {
        const bucket = bucketOf(call)
        const { time } = worldOf()
        if (!outstanding) return void violations.push(`${bucket} was called without an intent`)
        const { c, action } = outstanding
        const key = `${c.id} ${action.remediation} ${action.attempt}`
        if (CALLS[action.remediation] !== bucket) violations.push(`${action.id}: ${bucket} is not its call`)
        if (witness.writes.some((write) => write.key === key)) violations.push(`${action.id}: written twice`)
        witness.writes.push({ key, at: time.clock(), userId: c.user.id ?? '', automatic: action.by.kind === 'rule' })
      }
    }
  }

  function earnedByPerson(c: Case, approval: Approval, action: Action, verdict: Verdict | null): string[] {
    const given = approvals.filter((one) => one.caseId === c.id && one.hash === approval.hash && one.usedFor === null)
    const by = new Set(given.map((one) => one.by))
    for (const one of given) one.usedFor = action.id
    const overridden = given.at(-1)?.overrides ?? []
    const isVip = worldOf().policy.decide.guards.protectedUsers.includes(c.user.id ?? '')
    const open = (verdict?.decision.overridesNeeded ?? []).filter((guard) => !overridden.includes(guard))
    return [
      given.length === 0 && 'nobody approved this, or the approval was used before',
      given.some((one) => one.remediation !== action.remediation) && 'another remediation was approved',
      isVip && by.size < 2 && 'a protected person needs two approvers',
      open.length > 0 && `nobody overrode ${open.join(', ')}`
    ].filter((what) => what !== false)
  }
}

/** Brakes that stood before the turn began, or that the store could see. */
async function brakes(world: World, c: Case, action: Action): Promise<string[]> {
  const rule = c.decision?.rule ?? ''
  const automatic = action.by.kind === 'rule'
  const now = await world.store.controls()
  if (now.kill?.on) return ['the kill switch is on']
  const before = world.witness.controlsAtTurn
  const why = before && forbiddenBy(before, rule, automatic)
  return why && forbiddenBy(now, rule, automatic) ? [why] : []
}

/** Admins and people at high risk, as the org has known them since before the turn. */
function person(world: World, c: Case): string[] {
  const off = [...world.witness.offLimits].filter(
    ([key, { turn }]) => key.startsWith(c.user.id ?? '-') && turn < world.turn
  )
  return off.map(([, { why }]) => `the user ${why}`)
}

function evidence(c: Case): string[] {
  const unread = EVIDENCE_SOURCES.filter((source) => c.evidence?.[source].state !== 'known')
  return unread.length > 0 ? [`not known: ${unread.join(', ')}`] : []
}

/** Counted from the calls themselves, whatever the store counts. Who overrides G14 with a reason goes past them. */
function caps(world: World, c: Case, { remediation }: Action): string[] {
  if (c.approval?.overrides.some(({ guard }) => guard === 'G14')) return []
  const bounds = world.policy.decide.guards
  const effects = world.org.writes.filter((write) => write.clientId !== null)
  const within = (at: Instant, ms: number) => msBetween(at, world.time.clock()) < ms
  const phones = new Set(c.evidence?.devices.state === 'known' ? c.evidence.devices.value.map(({ id }) => id) : [])
  const own = effects.filter(({ userId, deviceId }) => userId === c.user.id || (deviceId && phones.has(deviceId)))
  const lastHour = effects.filter(({ at }) => within(at, HOUR_MS))
  const lastDay = effects.filter(({ at }) => within(at, DAY_MS))
  const same = lastHour.filter(({ method, path }) => `${method} ${path}` === CALLS[remediation])
  return [
    own.filter(({ at }) => within(at, DAY_MS)).length >= bounds.userWritesPerDay &&
      'the user has had theirs of the day',
    lastHour.length >= bounds.writesPerHour && 'the writes of the hour are used up',
    same.length >= bounds.remediationWritesPerHour && 'the writes of this remediation are used up',
    lastDay.length >= bounds.shareFloor && 'the share of the people who fail is used up'
  ].filter((what) => what !== false)
}

function intent(c: Case, action: Action, verdict: Verdict | null): string[] {
  const attempts = c.actions.filter((one) => one.state !== 'refused').length
  return [
    c.recovery !== null && 'the user has enrolled already',
    c.securityAlert !== null && action.by.kind === 'rule' && 'security has been alarmed',
    attempts > 2 && `this is attempt ${attempts}`,
    (verdict?.decision.kind !== 'remediate' || verdict.decision.remediation !== action.remediation) &&
      'the last verdict says something else'
  ].filter((what) => what !== false)
}

function earnedByRule(action: Action, verdict: Verdict | null): string[] {
  const { guards, mayNotKnow } = BINDINGS[action.remediation]
  const standing = (verdict?.guards ?? []).filter(
    ({ id, state }) =>
      guards.includes(id) && state !== 'clear' && !(state === 'unknown' && mayNotKnow.guards.includes(id))
  )
  return [
    verdict?.decision.mode !== 'auto' && `the mode is ${verdict?.decision.mode}`,
    ...standing.map(({ id, state }) => `${id} is ${state}`)
  ].filter((what) => what !== false)
}
