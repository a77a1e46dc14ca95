/**
 * Everybody who holds an admin role, in one paged read for all cases of the moment. Okta does not say whether the list has
 * those who hold a role through a group: who is on it is an admin, and who is not may be one (facts §6.1 G1).
 */
import type { Answered, Asker } from './answered.ts'
import type { OktaCall } from './calls.ts'
import { listOf, recordOf, textOf } from './loose.ts'

const CALL: OktaCall = { method: 'GET', pattern: '/api/v1/iam/assignees/users', query: { limit: '100' } }
/** A thousand admins; an org with more is asked user by user. */
const MOST_PAGES = 10

/** Their ids. */
export async function readAssignees(asker: Asker): Promise<Answered<ReadonlySet<string>>> {
  const answered = await asker.all(CALL, toIds, MOST_PAGES, nextInBody)
  return answered.ok ? { ...answered, value: new Set(answered.value), shared: true } : answered
}

function toIds(page: unknown): readonly string[] | null {
  return listOf(recordOf(page).value, (element) => textOf(recordOf(element).id))
}

/** This list has its next page in the body. */
function nextInBody(page: unknown): string | null {
  return textOf(recordOf(recordOf(recordOf(page)._links).next).href)
}
