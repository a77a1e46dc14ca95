/** Deliveries as Okta sends them: about 3 KB per event, each event new. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

export const SECRET = 'bench-hook-secret-0123456789abcd'
export const OPS_TOKEN = 'bench-ops-token-0123456789abcdef'

interface Sample {
  readonly eventTime: string
  readonly data: { readonly events: readonly [{ readonly uuid: string }] }
}

/** Kind of event: a failed enrollment, always of the same person, or an unrelated event. */
export type Kind = 'failure' | 'other'
const FILES: Readonly<Record<Kind, string>> = { failure: 'iphone15-ios17', other: 'irrelevant-event' }

function sampleOf(kind: Kind) {
  const file = new URL(`../samples/${FILES[kind]}.json`, import.meta.url)
  const sample = JSON.parse(readFileSync(file, 'utf8')) as Sample
  const { data, ...envelope } = sample
  const [before = '', after = ''] = JSON.stringify(data.events[0]).split(data.events[0].uuid)
  return { before, after, head: JSON.stringify(envelope).slice(0, -1) }
}

const SAMPLES: Readonly<Record<Kind, ReturnType<typeof sampleOf>>> = {
  failure: sampleOf('failure'),
  other: sampleOf('other')
}

/** 100 ns steps from the start of the Gregorian calendar to 1970. */
const GREGORIAN = 122_192_928_000_000_000n
const NODE = randomUUID().slice(19)
let lastTick = 0n

/** As Okta's: of version 1, made of the time (deploy/okta-facts.md §1.2), so that those of one moment lie together in an index. */
function eventUuid(): string {
  const now = BigInt(Date.now()) * 10_000n + GREGORIAN
  lastTick = now > lastTick ? now : lastTick + 1n
  const hex = lastTick.toString(16).padStart(15, '0')
  return `${hex.slice(7)}-${hex.slice(3, 7)}-1${hex.slice(0, 3)}-${NODE}`
}

export interface Sent {
  readonly body: string
  readonly events: number
}

/** A delivery of so many events. */
export function delivery(events: number, kind: Kind = 'failure'): Sent {
  const { before, after } = SAMPLES[kind]
  const texts: string[] = []
  for (let n = 0; n < events; n++) texts.push(`${before}${eventUuid()}${after}`)
  return { body: envelopeOf(texts), events }
}

/** A delivery of these events. */
export function envelopeOf(events: readonly string[]): string {
  return `${SAMPLES.failure.head},"data":{"events":[${events.join(',')}]}}`
}
