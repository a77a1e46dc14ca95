/** What a person did in a tracker, done to the case: the same command that the API has, by a name that says where. */
import type { CaseCommands } from '../case/commands.ts'

/**
 * Closing hands out nothing and writes nothing to Okta, so whoever may close the ticket may close the case. True when
 * nothing more is to be done.
 */
export function closeCaseBy(commands: Pick<CaseCommands, 'close'>) {
  return async (caseId: string, target: string, how: string): Promise<boolean> => {
    const result = await commands.close(caseId, { because: `${how}.` }, { name: `ticket:${target}`, role: 'approver' })
    // `wrong_state` is a case that has ended meanwhile, or one with a write under way; only the latter is worth another try.
    return result.ok || result.kind === 'not_found' || !result.because.includes('under way')
  }
}
