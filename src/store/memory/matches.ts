/** Whether a case belongs to a list. Pure. */
import type { Case } from '../../domain/case.ts'
import type { CaseFilter } from '../../domain/store.ts'
import { CANARY } from '../../domain/vocabulary.ts'
import { loginKey, searchKey, searchText } from '../keys.ts'

export function matches(c: Case, filter: CaseFilter): boolean {
  const { states, cause, parentId, mode, openedSince, search, folded, snooze, canary } = filter
  if (!canary && c.id === CANARY.caseId) return false
  if (states && !states.includes(c.state)) return false
  if (cause && c.cause?.id !== cause) return false
  if (parentId !== undefined && c.parentId !== parentId) return false
  if (mode && c.decision?.mode !== mode) return false
  if (openedSince && c.openedAt < openedSince) return false
  if (search !== undefined && !searchText(c.user).includes(searchKey(search))) return false
  if (folded && c.parentId !== null) return false
  if (snooze && (snooze.show === 'asleep') !== (c.snoozedUntil ?? '') > snooze.at) return false
  return isOf(c, filter.user)
}

function isOf(c: Case, user: string | undefined): boolean {
  if (user === undefined) return true
  return c.user.id === user || (c.user.login !== null && loginKey(c.user.login) === loginKey(user))
}
