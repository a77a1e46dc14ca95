/** What the fakes of ticket systems share: a Fastify app on loopback, recorded requests, faults at any request. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { ManualClock } from '../support/clock.ts'

/** What goes wrong with one request. `*_after`: it was done all the same. */
export const FAULTS = ['drop_before', 'drop_after', 'error_before', 'error_after', 'unavailable', 'limited'] as const
export type Fault = (typeof FAULTS)[number]

/** How a tracker answers in a special situation; null: as usual. */
export type Behaviour = (
  request: Recorded
) => { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } | null

/** `answer`: as it will be sent. */
export type AnswerListener = (write: Recorded, answer: string) => Promise<void>

export interface Recorded {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** A ticket as the system itself shows it. */
export interface SeenTicket {
  readonly key: string
  readonly state: 'open' | 'closed'
  readonly title: string
  readonly body: string
  readonly notes: readonly string[]
}

export interface Fake {
  readonly url: string
  /** Since the last reset. */
  readonly requests: Recorded[]
  /** Requests refused because there were too many. */
  overLimit(): number
  /** Forgets everything. */
  reset(): void
  /** The nth request (from 0) after the reset fails this way. */
  failAt(n: number, fault: Fault): void
  /** Every request fails this way until called with null. */
  failAll(fault: Fault | null): void
  /** Answers some requests in another way, until called with null. */
  behave(behaviour: Behaviour | null): void
  /** The next write is done and never answered; resolves when that has happened. */
  holdAnswer(): Promise<void>
  /** Called with every write that was done, before it is answered, until called with null. */
  beforeAnswer(listener: AnswerListener | null): void
  /** Every ticket that belongs to the case, by whatever way it is found. */
  tickets(caseId: string): readonly SeenTicket[]
  /** The system takes no key and cannot be read, so that news whose answer was lost come twice. */
  readonly repeats?: true
  /** What a person does in the tracker; a system without such a thing has none. */
  readonly person?: {
    close(key: string, how: 'done' | 'wont_fix', by?: 'person' | 'bot' | 'unknown'): void
    edit(key: string, change: { title?: string; body?: string }): void
    remove(key: string): void
    /** The account may no longer see this ticket alone, though it exists, until called with null. */
    hide(key: string | null): void
    /** Closes it so that nothing opens it again; left out where the system has no such thing. */
    readonly lock?: (key: string) => void
  }
}

export interface FakeApp {
  readonly app: FastifyInstance
  readonly clock: ManualClock
  readonly faults: Pick<
    Fake,
    'url' | 'requests' | 'overLimit' | 'failAt' | 'failAll' | 'behave' | 'holdAnswer' | 'beforeAnswer'
  > & {
    reset(): void
  }
}

export interface FakeOptions {
  readonly clock: ManualClock
  /** Calls answered per minute; more are refused. */
  readonly perMinute?: number
}

/** Adds the routes, listens, and closes when the test ends. */
export async function openFake(
  t: { after: (close: () => Promise<void>) => void },
  { clock, perMinute = 1_000_000 }: FakeOptions,
  routes: (fake: FakeApp) => void
): Promise<FakeApp> {
  const app = fastify({ forceCloseConnections: true })
  const requests: Recorded[] = []
  const planned = new Map<number, Fault>()
  const fates = new WeakMap<FastifyRequest, Fault>()
  let always: Fault | null = null
  let behaviour: Behaviour | null = null
  let calls: number[] = []
  let refused = 0
  let held: (() => void) | null = null
  let listener: AnswerListener | null = null
  const undone = new WeakSet<FastifyRequest>()

  const faults = {
    url: '',
    requests,
    overLimit: () => refused,
    failAt: (n: number, fault: Fault) => void planned.set(n, fault),
    failAll: (fault: Fault | null) => {
      always = fault
    },
    behave: (next: Behaviour | null) => {
      behaviour = next
    },
    beforeAnswer: (next: AnswerListener | null) => {
      listener = next
    },
    holdAnswer: () =>
      new Promise<void>((resolve) => {
        held = resolve
      }),
    reset() {
      requests.length = 0
      planned.clear()
      always = null
      behaviour = null
      calls = []
      refused = 0
    }
  }

  function isOverLimit(): boolean {
    const now = Date.parse(clock.clock())
    calls = calls.filter((at) => now - at < 60_000)
    if (calls.length >= perMinute) return true
    calls.push(now)
    return false
  }

  app.addHook('preHandler', async (request, reply) => {
    const fault = always ?? planned.get(requests.length)
    const { method, url, headers, body } = request
    requests.push({ method, url, headers, body })
    if (fault) fates.set(request, fault)
    const special = behaviour?.({ method, url, headers, body })
    if (special) undone.add(request)
    if (special)
      return reply
        .code(special.status)
        .headers(special.headers ?? {})
        .send(special.body)
    if (fault === 'drop_before') return drop(request, reply)
    if (fault === 'error_before') return reply.code(500).send({ message: 'Internal error' })
    if (fault === 'unavailable') return reply.code(503).send({ message: 'Service unavailable' })
    if (fault === 'limited') return reply.code(429).header('retry-after', '7').send({ message: 'Too many requests' })
    if (!isOverLimit()) return undefined
    refused += 1
    return reply.code(429).header('retry-after', '30').send({ message: 'Too many requests' })
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (held && request.method !== 'GET') {
      held()
      held = null
      // The connection stays open and silent until the other side dies.
      return new Promise<never>(() => {})
    }
    if (listener && request.method !== 'GET' && reply.statusCode < 400 && !undone.has(request)) {
      const { method, url, headers, body } = request
      await listener({ method, url, headers, body }, String(payload ?? ''))
    }
    const fault = fates.get(request)
    if (fault === 'drop_after') drop(request, reply)
    if (fault !== 'error_after') return payload
    reply.code(500)
    return JSON.stringify({ message: 'Internal error' })
  })
  const fake = { app, clock, faults }
  routes(fake)
  faults.url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  return fake
}

function drop(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}
