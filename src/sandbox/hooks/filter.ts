/** Event hook filters: the part of Okta's expression language that facts §1.5 shows. */
import type { SandboxHook, SandboxLogEvent } from '../org/model.ts'

type Test = (event: SandboxLogEvent) => boolean

const EQUALS = new Set(['eq', '=='])
/** `event.outcome.result ne 'SUCCESS'`, over the fields that are filterable (facts §1.5). */
const COMPARISON =
  /^event\.(eventType|outcome\.(?:reason|result)|actor\.(?:id|type|alternateId|displayName))\s+(eq|ne|==|!=)\s+'([^']*)'$/
/** `event.target.?[displayName eq 'Okta Verify'].size()>0` */
const ANY_TARGET =
  /^event\.target\.\?\[(id|type|alternateId|displayName)\s+(eq|ne|==|!=)\s+'([^']*)'\]\.size\(\)\s*>\s*0$/

/** The expression as a test, or null when it is outside what Okta accepts: `eq`, `ne`, `&&`, `||`, no parentheses. */
export function readHookFilter(expression: string): Test | null {
  const either = expression.split('||').map((part) => part.split('&&').map((clause) => readClause(clause.trim())))
  if (either.flat().includes(null)) return null
  return (event) => either.some((all) => all.every((test) => test?.(event)))
}

function readClause(clause: string): Test | null {
  const [, path, operator, wanted] = COMPARISON.exec(clause) ?? []
  if (path && operator && wanted !== undefined) {
    return (event) => (valueAt(event, path.split('.')) === wanted) === EQUALS.has(operator)
  }
  const [, field, fieldOperator, fieldWanted] = ANY_TARGET.exec(clause) ?? []
  if (field && fieldOperator && fieldWanted !== undefined) {
    return ({ target }) =>
      Array.isArray(target) &&
      target.some((one) => (valueAt(one, [field]) === fieldWanted) === EQUALS.has(fieldOperator))
  }
  return null
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined),
    value
  )
}

/** The filter expression the hook has for this event type, or null. */
export function filterExpression(hook: SandboxHook, eventType: string): string | null {
  const map = valueAt(hook.events.filter, ['eventFilterMap'])
  if (!Array.isArray(map)) return null
  const entry: unknown = map.find((one) => valueAt(one, ['event']) === eventType)
  const expression = valueAt(entry, ['condition', 'expression'])
  return typeof expression === 'string' ? expression : null
}

/** Whether the hook is to hear of this event: active, verified, subscribed, and let through by its filter. */
export function hears(hook: SandboxHook, event: SandboxLogEvent): boolean {
  if (hook.status !== 'ACTIVE' || hook.verificationStatus !== 'VERIFIED') return false
  if (!hook.events.items.includes(event.eventType)) return false
  const expression = filterExpression(hook, event.eventType)
  return expression === null || readHookFilter(expression)?.(event) === true
}
