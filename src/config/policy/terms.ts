import type { TArrayOptions, TSchema } from 'typebox'
import { Type } from 'typebox'
import { readDurationMs } from '../../domain/time.ts'

/* What the values of a policy file can be, each with the words in which an error describes it. */

/** `says` is what a value must be; errors quote it. */
const A_DURATION = 'a duration such as 90s, 30m, 24h or 30d'

const AN_EVENT_TYPE = 'an event type such as user.mfa.factor.activate'

/** A duration within bounds. */
export function duration(description: string, { atLeast = '0s', atMost = '3650d' } = {}) {
  const [least, most] = [readDurationMs(atLeast) ?? 0, readDurationMs(atMost) ?? 0]
  const fits = (text: string) => {
    const ms = readDurationMs(text)
    return ms !== null && ms >= least && ms <= most
  }
  const bounds = [atLeast === '0s' ? [] : `at least ${atLeast}`, atMost === '3650d' ? [] : `at most ${atMost}`].flat()
  return Type.Refine(Type.String({ description, says: [A_DURATION, ...bounds].join(', ') }), fits)
}

/** A whole number. */
export function wholeNumber(minimum: number, maximum: number, description: string) {
  return Type.Integer({ minimum, maximum, description, says: `a whole number from ${minimum} to ${maximum}` })
}

/** A list of such items. */
export function arrayOf<Item extends TSchema>(item: Item, description: string, options: TArrayOptions = {}) {
  return Type.Array(item, { ...options, description, says: options.minItems ? 'a list, not an empty one' : 'a list' })
}

/** Texts of several kinds. */
export const nonEmptyText = Type.String({ minLength: 1, says: 'a text, not an empty one' })

export const eventType = Type.String({ pattern: '^[A-Za-z0-9_.]+$', says: AN_EVENT_TYPE })

export const eventTypes = Type.String({ pattern: '^[A-Za-z0-9_.]+\\*?$', says: `${AN_EVENT_TYPE}, or user.mfa.*` })

export const regex = Type.Refine(Type.String({ minLength: 1, says: 'a regular expression' }), isRegex, whyNoRegex)

/** As the classifier compiles it: case does not matter. */
function whyNoRegex(source: string): string {
  try {
    new RegExp(source, 'i')
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be compiled'
  }
}

function isRegex(source: string): boolean {
  return whyNoRegex(source) === ''
}

/** One of some words. */
export function choice<Value extends string>(values: readonly Value[], description = '') {
  const schema = Type.Enum([...values], { description, says: `one of ${values.join(', ')}` })
  return Type.Unsafe<Value>(schema)
}

/** An object whose keys may all be left out, and which has no others. */
export const section = <Keys extends Record<string, TSchema>>(description: string, keys: Keys) =>
  Type.Partial(Type.Object(keys), { additionalProperties: false, description, says: 'a group of keys' })
