/** Events as Okta sends them, damaged at random places: what nobody would think of writing into a table. */

import t from 'tap'
import { TEXT_LIMIT } from '../../../src/domain/json.ts'
import type { Reading } from '../../../src/domain/vocabulary.ts'
import { compileClassifier } from '../../../src/intake/classify/classify.ts'
import { fc } from '../../support/properties.ts'
import { arrived, fixture, SETTINGS } from '../build.ts'

type Holder = Record<string, unknown>
interface Damage {
  /** Which of all values of the event, counted modulo their number. */
  readonly place: number
  readonly how: 'replace' | 'remove' | 'list' | 'swap'
  readonly value: unknown
}

const NAMES = [
  'suspended-user',
  'jailbroken',
  'risky-context',
  'sparse-legacy-shape',
  'batch-mixed',
  'irrelevant-event'
]
const REAL: readonly Holder[] = NAMES.flatMap((name) => JSON.parse(fixture(name)).data.events)
const classify = compileClassifier(SETTINGS)

/** Texts that grow in capitals, are too long, broken, or hide what stands behind them. */
const NASTY = [
  '\u0390'.repeat(600),
  'ß'.repeat(600),
  'x'.repeat(5_000),
  `${'x'.repeat(499)}\u{1f418}`,
  '\ud800',
  'a\u0000\u202eb'
]
const VALUE = fc.oneof(
  fc.constantFrom<unknown>(...NASTY, null, '', 'null', 'unknown', 0, -1, 1e308, true, false, [], {}, [null], [[]]),
  fc.jsonValue()
)
const DAMAGES: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    place: fc.nat({ max: 10_000 }),
    how: fc.constantFrom('replace' as const, 'remove' as const, 'list' as const, 'swap' as const),
    value: VALUE
  }),
  { minLength: 1, maxLength: 6 }
)

/** Every value in the event with the object or list that holds it. */
function places(holder: Holder): [Holder, string][] {
  return Object.keys(holder).flatMap((key): [Holder, string][] => {
    const value = holder[key]
    return [[holder, key], ...(typeof value === 'object' && value !== null ? places(value as Holder) : [])]
  })
}

function damaged(event: Holder, damages: readonly Damage[]): Holder {
  const copy = structuredClone(event)
  for (const { place, how, value } of damages) {
    const all = places(copy)
    const [holder, key] = all[place % all.length] ?? [copy, 'target']
    const [other, otherKey] = all[(place * 7 + 3) % all.length] ?? [copy, 'actor']
    // A list closes its gap: JSON knows no holes.
    if (how === 'remove' && Array.isArray(holder)) holder.splice(Number(key), 1)
    else if (how === 'remove') delete holder[key]
    else if (how === 'list') holder[key] = [structuredClone(holder[key])]
    else holder[key] = how === 'swap' ? structuredClone(other[otherKey]) : structuredClone(value)
  }
  return copy
}

const ANY_DAMAGED = fc.tuple(fc.constantFrom(...REAL), DAMAGES).map(([event, damages]) => damaged(event, damages))

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

/** A text that is too long, broken, or hides how it reads. */
function badText(reading: Reading): string | undefined {
  return textsOf(reading).find(
    (text) => text.length > TEXT_LIMIT || !text.isWellFormed() || /[\p{Cc}\u202e]/u.test(text)
  )
}

t.test('damaged events read as exactly one kind, in texts that are short, whole and visible', async (t) => {
  const kinds = new Set<string>()
  fc.assert(
    fc.property(ANY_DAMAGED, (event) => {
      const reading = classify(arrived(event, { publishedAt: '2026-06-15T14:03:11.000Z' }))
      kinds.add(reading.kind)
      return badText(reading) === undefined
    }),
    { numRuns: 3_000 }
  )
  t.same([...kinds].sort(), ['failure', 'recovery', 'signal', 'skipped'], 'the damage leaves every kind possible')
})

t.test('no single damage makes the risky event look harmless', async () => {
  const [risky = {}] = JSON.parse(fixture('risky-context')).data.events as Holder[]
  fc.assert(
    fc.property(DAMAGES, ([damage]) => {
      // A plain `false`, also one that was moved here, is Okta's word that there is no threat, and no damage.
      fc.pre(damage !== undefined && damage.how !== 'swap' && damage.value !== false)
      const reading = classify(arrived(damaged(risky, [damage])))
      if (reading.kind === 'skipped') return true
      const { anonymizer, threat, unusual, risk } = reading.context
      return anonymizer !== 'no' && threat !== 'no' && unusual !== 'no' && risk !== 'LOW'
    }),
    { numRuns: 2_000 }
  )
})
