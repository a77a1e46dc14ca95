/** What a remediation would call, found by letting it run against a writer that only takes notes. */
import type { OktaWriter, OktaWritten } from '../okta/okta.ts'
import type { Remediation, Situation } from './remediation.ts'

const ANSWER: OktaWritten = { ok: true, requestId: null }

/** The calls and whom or what they would hit, such as `unsuspendDevice guo1`; none where the remediation refuses. */
export async function plannedCalls(remediation: Remediation, situation: Situation): Promise<readonly string[]> {
  if (remediation.refuses(situation)) return []
  const calls: string[] = []
  const note =
    (method: keyof OktaWriter) =>
    async (...ids: readonly string[]): Promise<OktaWritten> => {
      calls.push([method, ...ids].join(' '))
      return ANSWER
    }
  const notes: OktaWriter = {
    unsuspendUser: note('unsuspendUser'),
    unlockUser: note('unlockUser'),
    resendActivation: note('resendActivation'),
    unenrollFactor: note('unenrollFactor'),
    unsuspendDevice: note('unsuspendDevice')
  }
  await remediation.perform(notes, situation)
  return calls
}
