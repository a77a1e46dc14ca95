/**
 * Webhooks as trackers deliver them: late, twice, out of order, never, or before our own call is answered
 * (https://docs.github.com/en/webhooks/using-webhooks/handling-webhook-deliveries promises no order and no single delivery).
 */
import { createHmac } from 'node:crypto'
import fastify from 'fastify'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { textAt } from '../../src/ticket/targets/http.ts'
import { addTicketHooks } from '../../src/ticket/webhooks/routes.ts'
import type { Recorded } from '../fakes/fake.ts'
import type { OutboxWorld } from './outbox/outbox-world.ts'

const SECRET = 'webhook-secret-of-a-test'

interface Wire {
  /** Of a ticket that changed. */
  readonly payload: (key: string) => object
  readonly headers: (signature: string) => Readonly<Record<string, string>>
}

const WIRES: Readonly<Partial<Record<string, Wire>>> = {
  github: {
    payload: (key) => ({ action: 'edited', issue: { number: Number(key) } }),
    headers: (signature) => ({ 'x-github-event': 'issues', 'x-hub-signature-256': `sha256=${signature}` })
  },
  jira: {
    payload: (key) => ({ webhookEvent: 'jira:issue_updated', issue: { id: key } }),
    headers: (signature) => ({ 'x-hub-signature': `sha256=${signature}` })
  },
  servicenow: { payload: (key) => ({ sys_id: key }), headers: () => ({ 'x-reenroll-secret': SECRET }) },
  pagerduty: { payload: () => ({}), headers: (signature) => ({ 'x-pagerduty-signature': `v1=${signature}` }) }
}

export interface Deliveries {
  /** The tracker has something to report: a ticket that changed, or an event of its own. */
  report(of: string | object): void
  /** Of a call of ours that was done and is not answered yet. */
  beforeAnswer(write: Recorded, answer: string): Promise<void>
  /** Delivers what is due, and waits until it has been heeded. */
  deliver(): Promise<void>
  close(): Promise<void>
}

/** Null where the system sends none. `roll` in [0, 1). */
export async function openDeliveries(world: OutboxWorld, roll: () => number): Promise<Deliveries | null> {
  const { clock, target, store } = world
  const wire = WIRES[target.system]
  if (!wire) return null
  const reads = new Set<Promise<unknown>>()
  const app = fastify()
  addTicketHooks(app, {
    sources: [
      {
        target: {
          ...target,
          readOne(key) {
            const read = target.readOne(key)
            reads.add(read.catch(() => null))
            return read
          }
        },
        secret: SECRET
      }
    ],
    store,
    clock: clock.clock,
    closeCase: world.closeCase,
    commands: {
      async assign(id, { to }) {
        const c = await store.getCase(id)
        if (!c) return { ok: false, kind: 'not_found', because: 'There is no such case.', changes: [] }
        return { ok: true, case: await world.save(c, { assignee: to }, { what: `${to} has it.`, by: 'ticket' }) }
      }
    },
    // A tracker that is down, for example: the poll finds what this would have shown.
    onError: () => {}
  })

  let waiting: { readonly at: Instant; readonly body: string }[] = []
  const bodyOf = (of: string | object) => JSON.stringify(typeof of === 'string' ? wire.payload(of) : of)
  async function post(body: string): Promise<void> {
    const signature = createHmac('sha256', SECRET).update(body).digest('hex')
    const headers = { 'content-type': 'application/json', ...wire?.headers(signature) }
    const { statusCode } = await app.inject({ method: 'POST', url: '/tickets/tracker', headers, payload: body })
    if (statusCode !== 202) throw new Error(`a webhook was answered ${statusCode}`)
    // Until what it started has ended.
    for (let before = -1; before !== reads.size; ) {
      before = reads.size
      await Promise.all(reads)
      await new Promise(setImmediate)
    }
    reads.clear()
  }
  /** A third at once, some after minutes or half a day; one in eight never. */
  function plan(body: string): void {
    if (roll() < 1 / 8) return
    const delay = roll() < 1 / 3 ? 0 : roll() < 0.5 ? roll() * 10 * MINUTE_MS : roll() * 12 * HOUR_MS
    waiting.push({ at: plus(clock.clock(), Math.floor(delay)), body })
    if (roll() < 1 / 6) plan(body)
  }

  return {
    report: (of) => plan(bodyOf(of)),
    async beforeAnswer(write, answer) {
      const key = changedKey(write, answer)
      if (key === null) return
      if (roll() < 1 / 3) await post(bodyOf(key))
      else plan(bodyOf(key))
    },
    async deliver() {
      const now = clock.clock()
      const due = waiting.filter(({ at }) => at <= now)
      waiting = waiting.filter(({ at }) => at > now)
      for (const { body } of due.toSorted((a, b) => a.at.localeCompare(b.at))) await post(body)
    },
    close: () => app.close()
  }
}

/** The ticket that a call of ours changed or made. */
function changedKey({ url }: Recorded, answer: string): string | null {
  const [, inUrl] = /\/(?:issues|issue|incident)\/(\w+)/.exec(url) ?? []
  if (inUrl !== undefined) return inUrl
  if (!/\/(?:issues|issue|incident)$/.test(url)) return null
  const made: unknown = JSON.parse(answer)
  return textAt(made, 'number') ?? textAt(made, 'id') ?? textAt(made, 'result', 'sys_id')
}
