/** What may go wrong between Okta and the receiver, drawn from a seed, and how entries become parcels. */

import { createIds } from '../org/ids.ts'
import type { SandboxLogEvent } from '../org/model.ts'
import type { Parcel } from './envelope.ts'

/** Trouble on the way. Fractions are between 0 and 1. */
export interface Chaos {
  /** Of events that are never delivered. */
  readonly dropFraction: number
  /** Of events that come again in another batch, and of batches that come again whole. */
  readonly duplicateFraction: number
  readonly shuffle: boolean
  /** Batches wait up to this long. */
  readonly delayMs: number
  readonly maxBatch: number
}

export const NO_CHAOS: Chaos = { dropFraction: 0, duplicateFraction: 0, shuffle: false, delayMs: 0, maxBatch: 100 }

/** A parcel with its luck: drawn before anything is sent, so that the timing of answers changes nothing. */
export interface Shipment {
  readonly parcel: Parcel
  readonly waitMs: number
  /** Six more digits for the `eventTime` of each of the two attempts, or null for milliseconds. */
  readonly nanos: readonly (string | null)[]
}

export interface Luck {
  set(chaos: Partial<Chaos>): void
  drops(): boolean
  newParcel(events: readonly SandboxLogEvent[]): Parcel
  /** Batches the entries, in the order in which the batches go out. */
  ship(events: readonly SandboxLogEvent[]): Shipment[]
}

/** The same seed and the same entries give the same shipments. */
export function createLuck(seed: number, given: Partial<Chaos>): Luck {
  const ids = createIds(seed)
  let chaos: Chaos = { ...NO_CHAOS, ...given }
  // 32 bits of a seeded id: one source of randomness for everything here.
  const draw = () => Number.parseInt(ids.uuid().slice(0, 8), 16) / 2 ** 32
  const newParcel = (events: readonly SandboxLogEvent[]): Parcel => ({ eventId: ids.uuid(), events })
  const fraction = <V>(values: readonly V[]) => values.filter(() => draw() < chaos.duplicateFraction)
  const nanos = () => (draw() < 0.5 ? String(Math.floor(draw() * 1e6)).padStart(6, '0') : null)

  function ordered<V>(values: readonly V[]): readonly V[] {
    if (!chaos.shuffle) return values
    const drawn = values.map((value) => ({ value, at: draw() }))
    return drawn.sort((a, b) => a.at - b.at).map(({ value }) => value)
  }

  return {
    set(next) {
      chaos = { ...chaos, ...next }
    },
    drops: () => draw() < chaos.dropFraction,
    newParcel,
    ship(events) {
      const all = [...ordered(events), ...ordered(fraction(events))]
      const size = Math.max(1, chaos.maxBatch)
      const parcels = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
        newParcel(all.slice(i * size, (i + 1) * size))
      )
      const sent = [...ordered(parcels), ...fraction(parcels)]
      return sent.map((parcel) => ({ parcel, waitMs: draw() * chaos.delayMs, nanos: [nanos(), nanos()] }))
    }
  }
}
