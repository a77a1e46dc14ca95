/** The queue page as on-call opens it, with a store full of cases. */
import { startChild } from './child.ts'
import { OPS_TOKEN } from './deliveries.ts'
import { type Figure, figureOf, percentile } from './figures.ts'
import type { OrgChild } from './org-child.ts'
import { seedCases } from './seed.ts'
import type { ServiceChild } from './service-child.ts'
import type { Suite } from './suite.ts'

const PAGES: Readonly<Record<string, string>> = {
  'queue page': '/',
  'queue page, filtered by state and searched': '/?state=with_person&q=seed12'
}
const NAMES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

export const queue: Suite = async ({ engines, quick, say }) => {
  const count = quick ? 5_000 : 100_000
  const turns = quick ? 20 : 300
  const figures: Figure[] = []
  for (const engine of engines.names) {
    const { storeUrl } = await engines.open(engine)
    await seedCases(storeUrl, { count, due: 0, now: new Date().toISOString() })
    const org = await startChild<OrgChild>('org-child.ts', { people: 1, latencyMs: 0 }, 'others')
    const service = await startChild<ServiceChild>('service-child.ts', { storeUrl, okta: org.ready.okta }, 'service')
    try {
      const look = await signedIn(service.ready.opsUrl)
      for (const [what, path] of Object.entries(PAGES)) {
        for (let turn = 0; turn < 20; turn++) await look(path)
        const times: number[] = []
        for (let turn = 0; turn < turns; turn++) times.push(await look(path))
        say(
          `${engine}, ${path}: p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`
        )
        figures.push(
          figureOf({
            suite: 'queue',
            what: `${what} at ${count.toLocaleString('en')} cases, ${NAMES[engine]}, p99 of ${turns}`,
            unit: 'ms',
            values: [percentile(times, 0.99)],
            bound: { of: 'value', most: 50 }
          })
        )
      }
    } finally {
      await service.end()
      await org.end()
    }
  }
  return figures
}

/** Signs in with the ops token; returns a function that loads a page and measures it in milliseconds. */
async function signedIn(opsUrl: string): Promise<(path: string) => Promise<number>> {
  const form = await fetch(`${opsUrl}/sign-in`)
  const [, csrf = ''] = /name="_csrf" value="([^"]+)"/.exec(await form.text()) ?? []
  const answer = await fetch(`${opsUrl}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookiesOf(form), origin: opsUrl },
    body: new URLSearchParams({ token: OPS_TOKEN, next: '/', _csrf: csrf }).toString()
  })
  if (answer.status !== 303) throw new Error(`signing in was answered ${answer.status}`)
  const cookie = cookiesOf(answer)
  return async (path) => {
    const from = performance.now()
    const page = await fetch(`${opsUrl}${path}`, { redirect: 'manual', headers: { cookie } })
    const text = await page.text()
    if (page.status !== 200 || !text.includes('RE-')) throw new Error(`${path} was answered ${page.status}`)
    return performance.now() - from
  }
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
