/** Loaded before a service (`--import`): shifts its clock by `CHAOS_CLOCK_MS`, as on a machine with wrong time. */
const offsetMs = Number(process.env.CHAOS_CLOCK_MS ?? 0)
const RealDate = Date

class ShiftedDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    if (parts.length === 0) super(RealDate.now() + offsetMs)
    else super(...(parts as [number]))
  }

  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

if (offsetMs !== 0) globalThis.Date = ShiftedDate as DateConstructor
