/** The people whom a case can be handed to. */
import type { Operator } from '../domain/operator-commands.ts'
import type { ReviewDeps } from './review-deps.ts'

/** Lines of the ledger that are looked through. */
const LINES = 10_000
/** Tokens, trackers and the shared sign-in are not people. */
const NOBODY = /^(?:token|ticket):|^ops-token$/

/** Approvers who are signed in, and people who acted on cases lately, but not the operator: names, as `assignee` has them. */
export async function readColleagues(
  { store, access }: Pick<ReviewDeps, 'store' | 'access'>,
  me: Operator
): Promise<readonly string[]> {
  const [credentials, acted] = await Promise.all([access.list(), store.recentOperators(LINES)])
  const approvers = credentials.filter(({ kind, operator }) => kind === 'session' && operator.role === 'approver')
  const names = new Set([...approvers.map(({ operator }) => operator.name), ...acted])
  return [...names].filter((name) => name !== me.name && !NOBODY.test(name)).sort((a, b) => a.localeCompare(b, 'en'))
}
