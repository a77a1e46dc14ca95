/** Takes a stored delivery apart again. Bodies of every source have the shape `{data: {events: [...]}}`. Pure. */

/** The events of the body in their order; none when it cannot be read, which makes each of its events unreadable. */
export function eventParts(body: string): readonly unknown[] {
  try {
    const events: unknown = JSON.parse(body)?.data?.events
    return Array.isArray(events) ? events : []
  } catch {
    return []
  }
}
