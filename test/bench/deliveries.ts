/** Deliveries as Okta sends them, about 3 KB an event, every event new. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

export const SECRET = 'bench-hook-secret-0123456789abcd'

/** A real failure's shape; only what must differ is written anew. */
const sample = JSON.parse(readFileSync(new URL('../samples/iphone15-ios17.json', import.meta.url), 'utf8')) as {
  eventTime: string
  data: { events: readonly [{ uuid: string; published: string }] }
}
const [before, after = ''] = JSON.stringify(sample.data.events[0]).split(sample.data.events[0].uuid)
const { data: _, ...envelope } = sample
const head = JSON.stringify(envelope).slice(0, -1)

export interface Sent {
  readonly body: string
  readonly events: number
}

/** A delivery of so many events. */
export function delivery(events: number): Sent {
  const texts: string[] = []
  for (let n = 0; n < events; n++) texts.push(`${before}${randomUUID()}${after}`)
  return { body: `${head},"data":{"events":[${texts.join(',')}]}}`, events }
}
