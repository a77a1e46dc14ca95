/** Server-sent events (text/event-stream): one stream per visible page, which says when the page has something new to show. */
import { PassThrough } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { SECOND_MS } from '../../domain/time.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewer } from '../session/access.ts'

/** Changes this close together are one event. */
const GATHER_MS = 500
/** Proxies cut connections that are idle for longer; also how soon the end of a session is seen at the latest. */
const HEARTBEAT_MS = 15 * SECOND_MS
/** Of one operator. A browser opens one for each visible page; further pages refresh every few seconds instead. */
const MOST_STREAMS = 10

const HEARTBEAT = ':\n\n'
const CHANGED = 'event: changed\ndata:\n\n'

interface Stream {
  readonly request: FastifyRequest
  readonly operator: string
  readonly out: PassThrough
  /** The case on show, with the version seen last; null for the queue. */
  readonly caseId: string | null
  version: number | null
}

/** Adds the stream. It ends with the session, and when the service stops. */
export function changeStream(app: Api, { store, sessions }: Pick<ReviewDeps, 'store' | 'sessions'>): void {
  const streams = new Set<Stream>()
  let gathering: NodeJS.Timeout | null = null

  const versionOf = async (id: string | null) => (id === null ? null : ((await store.getCase(id))?.version ?? null))

  /** An event only for what the page shows. A store that is unavailable is seen by the page's own refresh. */
  async function notify(stream: Stream, text: string): Promise<void> {
    if (!(await sessions.viewerOf(stream.request))) return void stream.out.end()
    if (text === CHANGED && stream.caseId) {
      const version = await versionOf(stream.caseId)
      if (version === stream.version) return
      stream.version = version
    }
    if (stream.out.writable) stream.out.write(text)
  }
  const notifyAll = (text: string) => {
    for (const stream of streams) notify(stream, text).catch(() => {})
  }

  store.onChange(() => {
    if (streams.size === 0 || gathering) return
    gathering = setTimeout(() => {
      gathering = null
      notifyAll(CHANGED)
    }, GATHER_MS)
  })
  const heartbeat = setInterval(() => notifyAll(HEARTBEAT), HEARTBEAT_MS).unref()
  app.addHook('preClose', async () => {
    clearInterval(heartbeat)
    if (gathering) clearTimeout(gathering)
    for (const { out } of streams) out.end()
  })

  app.get('/changes', async (request, reply) => {
    const { case: named } = request.query as { readonly case?: unknown }
    const caseId = typeof named === 'string' ? (/^RE-[\w-]{1,40}$/.exec(named)?.[0] ?? null) : null
    const version = await versionOf(caseId)
    const operator = viewer(request).id
    if ([...streams].filter((stream) => stream.operator === operator).length >= MOST_STREAMS) {
      return reply.code(429).type('text/plain; charset=utf-8').send('Too many pages follow changes already.')
    }
    const stream = { request, operator, out: new PassThrough(), caseId, version }
    streams.add(stream)
    stream.out.once('close', () => streams.delete(stream))
    stream.out.write(`retry: 3000\n${HEARTBEAT}`)
    // Proxies such as nginx hold a response back otherwise.
    return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream.out)
  })
}
