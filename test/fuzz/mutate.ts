/** Odd values, and valid samples with a few parts made odd. Everything follows from the seed of fast-check. */
import fc from 'fast-check'

/** Texts that have broken services: empty, invisible, not well formed, names of prototypes, impossible numbers and dates. */
const NASTY = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '\ud800',
    '\u200b',
    '\u202e',
    '\r\nx: y',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty'
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    '-1',
    '0',
    '1e309',
    '9007199254740993',
    '0x10',
    '99999999999999999999',
    '.',
    '..',
    ','
  ],
  ...['2026-02-30T25:61:61Z', '+275760-09-13T00:00:00.001Z', '-000001-01-01T00:00:00Z', '0000-00-00', '2026-11-28'],
  ...['%', '%00', '%ff', '%zz', '../../etc/passwd', '<script>alert(1)</script>', "' OR 1=1 --", '%_\\', '{{7}}'],
  ...[
    'a'.repeat(300),
    '9'.repeat(400),
    '\u{1f600}'.repeat(200),
    '[]',
    '{}',
    '[[[[',
    '"',
    '\\',
    '\ufeff',
    '(a+)+$',
    '[^'
  ]
)
export const TEXT = fc.oneof(
  { weight: 6, arbitrary: NASTY },
  {
    weight: 2,
    arbitrary: fc.array(fc.nat({ max: 0xff_ff }), { maxLength: 30 }).map((units) => String.fromCharCode(...units))
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 20 }) }
)

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value }
  return value
}

/** JSON of any shape, most of it small. */
export const ODD: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: TEXT },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, [], {}, [null], [[]], {
      a: null
    })
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(31, 33, 500).map(nested) }
)

/** One of these, or now and then something odd. */
export function mostly<T>(...likely: readonly T[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: ODD })
}
export function mostlyText(...likely: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...likely) }, { weight: 1, arbitrary: TEXT })
}

const CHANGES = fc.array(
  fc.record({ place: fc.nat(), how: fc.constantFrom('set', 'set', 'remove', 'double'), value: ODD }),
  { maxLength: 3 }
)

/** The sample with up to three of its values replaced, removed or doubled. */
export function changed(sample: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(sample, CHANGES).map(([valid, changes]) => {
    const copy = { root: structuredClone(valid) }
    for (const { place, how, value } of changes) {
      const [parent, key] = placeIn(copy, place)
      // A copy: a later change may go into it, and the odd values are shared.
      change(parent, key, how, structuredClone(value))
    }
    return copy.root
  })
}

/** One place of the value: the number says which way to go at each object or list, and where to stop. */
function placeIn(root: object, place: number): [Record<string, unknown>, string] {
  let parent = root as Record<string, unknown>
  for (let left = place; ; left = Math.floor(left / 7)) {
    const keys = Object.keys(parent)
    const key = keys[left % keys.length] ?? ''
    const inside = parent[key]
    const goesOn = typeof inside === 'object' && inside !== null && Object.keys(inside).length > 0 && left % 5 > 0
    if (!goesOn) return [parent, key]
    parent = inside as Record<string, unknown>
  }
}

function change(parent: Record<string, unknown>, key: string, how: string, value: unknown): void {
  if (how === 'remove') delete parent[key]
  else if (how === 'double') parent[`${key}2`] = parent[key]
  else parent[key] = value
}

const CUTS = fc.array(fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), insert: TEXT }), { maxLength: 3 })

/** The text with up to three pieces cut out and others put in. */
export function corrupted(sample: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(sample, CUTS).map(([valid, cuts]) => {
    let text = valid
    for (const { at, length, insert } of cuts) {
      const from = at % (text.length + 1)
      text = text.slice(0, from) + insert + text.slice(from + length)
    }
    return text
  })
}
