/** Carries out a plan for the event hooks step by step; takes everything back when a step fails. */
import type { OktaError } from '../domain/okta.ts'
import { showDuration } from '../domain/time.ts'
import type { EventHook, HookAdmin, HookDone } from '../okta/event-hooks.ts'
import type { HookStep, WantedHook } from './hook-plan.ts'

export interface RegisterDeps {
  readonly hooks: HookAdmin
  /** How long a new hook gets before its predecessor is removed (facts §1.4: several minutes). */
  readonly settleMs: number
  readonly sleep: (ms: number) => Promise<void>
  /** Called before each step. */
  readonly say: (sentence: string) => void
}

/** `because`: what went wrong and what to do, when a step failed. */
export type Registered = { readonly ok: true } | { readonly ok: false; readonly because: string }

/** Takes back one step; reports what Okta refused. */
type Undo = () => Promise<Registered>

/** A failed step takes back the earlier ones. Only removals of hooks whose successors are verified stay. */
export async function carryOut(steps: readonly HookStep[], deps: RegisterDeps): Promise<Registered> {
  const isSuccession = steps.some(({ do: what }) => what === 'create')
  const undos: Undo[] = []
  let settled = false
  for (const step of steps) {
    if (step.do === 'retire' && isSuccession && !settled && deps.settleMs > 0) {
      deps.say(`Waiting ${showDuration(deps.settleMs)}: events need minutes to flow through a new hook.`)
      await deps.sleep(deps.settleMs)
      settled = true
    }
    deps.say(`${sentenceOf(step)}.`)
    const done = await perform(step, deps.hooks, (undo) => void undos.push(undo))
    if (!done.ok) return { ok: false, because: `${done.because} ${await takeBack(step.do === 'retire' ? [] : undos)}` }
  }
  return { ok: true }
}

async function takeBack(undos: readonly Undo[]): Promise<string> {
  if (undos.length === 0) return 'Run register again; it resumes from here.'
  const failed: string[] = []
  for (const undo of undos.toReversed()) {
    const done = await undo()
    if (!done.ok) failed.push(done.because)
  }
  return failed.length === 0
    ? 'The event hooks are as they were before.'
    : `The earlier state could not be restored: ${failed.join(' ')} Run doctor.`
}

/** What a step does, for people. */
export function sentenceOf(step: HookStep): string {
  const which = step.do === 'create' ? `"${step.hook.name}"` : `the ${step.kind} hook ${step.id}`
  const what = { create: 'Create', replace: 'Replace', activate: 'Activate', verify: 'Verify', retire: 'Retire' }
  return `${what[step.do]} ${which}: ${step.because}`
}

async function perform(step: HookStep, hooks: HookAdmin, onUndo: (undo: Undo) => void): Promise<Registered> {
  switch (step.do) {
    case 'create': {
      const made = await hooks.create(step.hook)
      if (!made.ok) return refused(made.error)
      const id = await idOfNew(step.hook, hooks)
      if (id === null) return { ok: false, because: `Okta accepted "${step.hook.name}" but does not list it yet.` }
      onUndo(async () => settle(await hooks.remove(id)))
      return verify(id, step.hook.uri, hooks)
    }
    case 'replace': {
      const { before, hook } = step
      const replaced = await hooks.replace(step.id, hook)
      if (!replaced.ok) return refused(replaced.error)
      onUndo(async () => {
        // Okta never shows a secret, so the one of the settings is the best guess.
        const restored = await hooks.replace(step.id, { ...before, secret: hook.secret })
        return restored.ok && before.isVerified ? verify(step.id, before.uri, hooks) : settle(restored)
      })
      return verify(step.id, hook.uri, hooks)
    }
    case 'activate': {
      const activated = await hooks.activate(step.id)
      if (activated.ok) onUndo(async () => settle(await hooks.deactivate(step.id)))
      return settle(activated)
    }
    case 'verify':
      return verify(step.id, null, hooks)
    case 'retire':
      return settle(await hooks.remove(step.id))
  }
}

/** The client drops the response to a write, so the new hook is looked up. */
async function idOfNew({ name, uri }: WantedHook, hooks: HookAdmin): Promise<string | null> {
  const read = await hooks.list()
  if (!read.ok) return null
  const newest = (a: EventHook, b: EventHook) => (a.created < b.created ? 1 : -1)
  const found = read.hooks.filter((hook) => hook.name === name && hook.uri === uri && !hook.isVerified)
  return found.toSorted(newest)[0]?.id ?? null
}

async function verify(id: string, uri: string | null, hooks: HookAdmin): Promise<Registered> {
  const done = await hooks.verify(id)
  if (done.ok) return done
  if (done.error.kind !== 'rejected') return refused(done.error)
  const where = uri ?? 'the address of the hook'
  return {
    ok: false,
    because: `Okta called ${where} and did not get its challenge back within 3 seconds. Check that the service runs, that the address is reachable from the internet with a publicly trusted certificate, and run register again.`
  }
}

function settle(done: HookDone): Registered {
  return done.ok ? done : refused(done.error)
}

function refused({ because, kind }: OktaError): Registered {
  const fix =
    kind === 'forbidden'
      ? ' Run register with an admin’s credentials: the scope okta.eventHooks.manage and the right to manage event hooks.'
      : ''
  return { ok: false, because: `${because}${fix}` }
}
