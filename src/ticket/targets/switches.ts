/** A target that leaves to people what the policy switched off. */
import type { TargetPolicy } from '../../config/policy/tickets.ts'
import type { Target } from './target.ts'

export function withSwitches(target: Target, { update, reopen, resolve }: TargetPolicy['switches']): Target {
  return {
    ...target,
    can: { ...target.can, reopen: target.can.reopen && reopen },
    ensure: async (snapshot, known) =>
      known && !update ? { ref: known, state: 'open', wontFix: false } : target.ensure(snapshot, known),
    note: async (ref, note) => (update ? target.note(ref, note) : undefined),
    async resolve(ref, snapshot, note) {
      if (resolve) return target.resolve(ref, snapshot, note)
      // The ticket stays open with the news, for a person to close.
      await target.ensure(snapshot, ref)
      await target.note(ref, note)
      return 'resolved'
    }
  }
}
