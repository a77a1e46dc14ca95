/** Operator commands on stored cases: load, apply `operator-commands.ts`, save, and retry when the case changed meanwhile. */
import type { Policy } from '../config/policy/policy.ts'
import type { Case } from '../domain/case.ts'
import type { CaseCommands, CommandResult } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import { answerChallenge, askChallenge, confirmChallenge } from './machine/challenges.ts'
import { type AnswerAsk, answered, disowned, disownedLater, mailed } from './machine/guide.ts'
import {
  approve,
  assign,
  close,
  type Decided,
  note,
  reject,
  retry,
  sendSteps,
  snooze
} from './machine/operator-commands.ts'
import type { CaseChange } from './machine/transitions.ts'
import { releasePart } from './storms.ts'

export interface CommandDeps {
  readonly store: Store
  readonly policy: Policy
  readonly clock: Clock
  readonly emit: Emit
}

export function createCommands(deps: CommandDeps): CaseCommands {
  return {
    approve: (id, ask, by) => run(id, (c, now) => approve(c, ask, by, now), deps),
    reject: (id, ask, by) => run(id, (c, now) => reject(c, ask, by, now, deps.policy), deps),
    close: (id, ask, by) => run(id, (c, now) => close(c, ask, by, now), deps),
    retry: (id, by) => run(id, (c, now) => retry(c, by, now), deps),
    verify: (id, ask, by) => run(id, (c, now) => askChallenge(c, ask, by, now, deps.policy.decide.verification), deps),
    confirmVerification: (id, by) => run(id, (c, now) => confirmChallenge(c, by, now), deps),
    enterCode: (id, ask, by) =>
      run(id, (c, now) => answerChallenge(c, ask, by, now, deps.policy.decide.verification), deps),
    assign: (id, ask, by) => run(id, (c, now) => assign(c, ask, by, now), deps),
    note: (id, ask, by) => run(id, (c, now) => note(c, ask, by, now), deps),
    sendSteps: (id, by) => run(id, (c, now) => sendSteps(c, by, now), deps),
    release: (id, ask, by) => releasePart(id, ask, by, deps),
    snooze: (id, ask, by) => run(id, (c, now) => snooze(c, ask, by, now), deps)
  }
}

type Deps = Pick<CommandDeps, 'store' | 'clock' | 'emit'> & { readonly policy: Pick<Policy, 'guide'> }

/** Records what became of the message to the user; idempotent. */
export async function recordMailed(id: string, result: Parameters<typeof mailed>[1], deps: Deps): Promise<void> {
  await record(id, (c, now) => mailed(c, result, now, deps.policy), deps)
}

/** Records the user's answer; false when the case takes none (any more). A newer case of the user takes "this was not me". */
export async function recordAnswer(
  id: string,
  ask: AnswerAsk,
  deps: Pick<CommandDeps, 'store' | 'clock' | 'emit'>
): Promise<boolean> {
  const answer = (c: Case, now: Instant) => answered(c, ask, now)
  const c = ask.what === 'not_me' ? await deps.store.getCase(id) : null
  const latest = c && (await deps.store.latestCase(c.subjectKey))
  if (!c || !latest || latest.id === id) return record(id, answer, deps)
  if (answer(c, deps.clock()) === null || !(await record(latest.id, answer, deps))) return false
  return record(id, (old, now) => disownedLater(old, latest.id, now), deps)
}

/** Records that the user who signed in did not try to enroll; false when that is recorded already. */
export function recordDisowning(id: string, deps: Pick<CommandDeps, 'store' | 'clock' | 'emit'>): Promise<boolean> {
  return record(id, disowned, deps)
}

/** A case that changes meanwhile is read again, so often; a newer open case of its user refuses it for good. */
const MOST_TRIES = 20

/** Saves the change, if there is one. */
async function record(
  id: string,
  decide: (c: Case, now: Instant) => CaseChange | null,
  { store, clock, emit }: Pick<CommandDeps, 'store' | 'clock' | 'emit'>
): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const c = await store.getCase(id)
    const changed = c && decide(c, clock())
    if (!changed) return false
    const next = { ...changed.next, version: c.version + 1 }
    if ((await store.save({ next, ledger: changed.ledger })) !== 'saved') continue
    for (const event of changed.telemetry) emit(event)
    return true
  }
  throw new Error(
    `Case ${id} could not be saved: it changes all the time, or its user has a newer open case. Try again.`
  )
}

async function run(id: string, decide: (c: Case, now: Instant) => Decided, deps: CommandDeps): Promise<CommandResult> {
  for (;;) {
    const c = await deps.store.getCase(id)
    if (!c) return { ok: false, kind: 'not_found', because: `There is no case ${id}.`, changes: [] }
    const decided = decide(c, deps.clock())
    if ('ok' in decided) return decided
    const next = { ...decided.next, version: c.version + 1 }
    if ((await deps.store.save({ next, ledger: decided.ledger })) === 'saved') {
      for (const event of decided.telemetry) deps.emit(event)
      return { ok: true, case: next }
    }
  }
}
