/** The whole service on an engine; records when each user's case is decided. */
import { startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import type { Store } from '../../src/domain/store.ts'
import { openStore } from '../../src/store/open.ts'
import { asChild } from './child.ts'
import { cpuMeter } from './cpu.ts'
import { OPS_TOKEN, SECRET } from './deliveries.ts'
import { rightNow } from './moments.ts'

export interface ServiceInput {
  readonly storeUrl: string
  readonly okta: Settings['okta']
  /** Cases worked in parallel; the service's default unless set. */
  readonly concurrency?: number
  /** True: many simultaneous failures become a storm, as in the policy. False: every case is independent. */
  readonly storms?: boolean
  /** `observe` unless set. */
  readonly mode?: Settings['mode']
}

export interface ServiceChild {
  readonly hookUrl: string
  readonly opsUrl: string
}

/** Disables storms, to measure the work of each case. */
const CALM = { stormUsers: 1_000_000, stormSameNetworkUsers: 1_000_000 }

asChild<ServiceInput>(async ({ storeUrl, okta, concurrency, storms = false, mode = 'observe' }) => {
  const decisions = watchDecisions()
  const service = await startService({
    settings: {
      okta,
      hook: { secrets: [SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
      ops: { host: '127.0.0.1', port: 0, token: OPS_TOKEN },
      storeUrl,
      mode
    },
    policy: {
      ...DEFAULT_POLICY,
      decide: { ...DEFAULT_POLICY.decide, guards: { ...DEFAULT_POLICY.decide.guards, ...(storms ? {} : CALM) } }
    },
    store: decisions.watching(await openStore(storeUrl)),
    logLevel: 'silent',
    followLog: false,
    ...(concurrency ? { worker: { concurrency } } : {})
  })
  const busy = cpuMeter()
  return {
    ready: { hookUrl: service.hookUrl, opsUrl: service.opsUrl } satisfies ServiceChild,
    async ask(what) {
      const [name, detail = ''] = what.split(' ')
      if (name === 'busy') return busy()
      if (name === 'decided') return decisions.of(detail)
      if (name === 'written') return decisions.written(detail)
      if (name === 'all') return decisions.count(Number(detail))
      return { rssMib: process.memoryUsage().rss / 2 ** 20 }
    },
    end: () => service.close()
  }
})

/** Time of decision by Okta user id: the moment at which the save is on disk. */
function watchDecisions() {
  const at = new Map<string, number>()
  const writtenAt = new Map<string, number>()
  let look: () => void = () => {}
  return {
    watching(store: Store): Store {
      const save: Store['save'] = async (write) => {
        const saved = await store.save(write)
        const { user, decision } = write.next
        if (saved === 'saved' && decision && user.id && !at.has(user.id)) at.set(user.id, rightNow())
        if (saved === 'saved' && write.next.state === 'watching' && user.id) writtenAt.set(user.id, rightNow())
        look()
        return saved
      }
      return new Proxy(store, {
        get(target, name) {
          if (name === 'save') return save
          const value: unknown = Reflect.get(target, name, target)
          return typeof value === 'function' ? value.bind(target) : value
        }
      })
    },
    of: (userId: string) => when(() => at.get(userId)),
    /** Their repair was made, and its effect is awaited. */
    written: (userId: string) => when(() => writtenAt.get(userId)),
    count: (n: number) => when(() => (at.size >= n ? rightNow() : undefined))
  }

  async function when<Found>(found: () => Found | undefined): Promise<Found> {
    for (;;) {
      const answer = found()
      if (answer !== undefined) return answer
      await new Promise<void>((resolve) => {
        look = resolve
      })
    }
  }
}
