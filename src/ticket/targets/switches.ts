/** A target that leaves to people what the policy switched off, and checks what the policy sets. */
import type { TargetPolicy } from '../../config/policy/ticket-policy.ts'
import type { Target } from './target.ts'

export function withPolicy(target: Target, { switches, fields }: Pick<TargetPolicy, 'switches' | 'fields'>): Target {
  const { update, reopen, resolve } = switches
  return {
    ...target,
    check: () => target.check(fields.map(({ set }) => set)),
    can: { ...target.can, reopen: target.can.reopen && reopen, notes: target.can.notes && update },
    ensure: async (snapshot, known) =>
      known && !update ? { ref: known, state: 'open', wontFix: false } : target.ensure(snapshot, known),
    note: async (ref, note) => !update || target.note(ref, note),
    async resolve(ref, snapshot, note) {
      if (resolve) return target.resolve(ref, snapshot, note)
      // The ticket stays open with the news, for a person to close.
      await target.ensure(snapshot, ref)
      await target.note(ref, note)
      return 'left_open'
    }
  }
}
