import { setTimeout as turn } from 'node:timers/promises'
import t from 'tap'
import { AUTH, listenerWith } from './listener-with.ts'

/** Keeps the event loop from turning. */
function blockFor(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

t.test(
  'a process that is too busy shows no lists, and still answers probes, scrapes, the brake and decisions',
  { timeout: 60_000 },
  async (t) => {
    const { app } = await listenerWith(t, { overload: { maxDelayMs: 40, sampleMs: 100 } })
    const look = (url: string) => app.inject({ url, headers: AUTH })
    t.equal((await look('/api/cases')).statusCode, 200)
    let busy = await look('/api/cases')
    while (busy.statusCode !== 503) {
      blockFor(200)
      await turn(1)
      busy = await look('/api/cases')
    }
    t.match(busy.headers, { 'retry-after': '5' })
    t.equal(busy.json().error.code, 'overloaded')
    for (const url of ['/livez', '/metrics', '/readyz', '/api/brake']) t.equal((await look(url)).statusCode, 200, url)
    const report = { user: '00u7zXRk9fcsiaiEvJd7' }
    const told = await app.inject({ method: 'POST', url: '/api/reports', headers: AUTH, payload: report })
    t.equal(told.statusCode, 202, 'what a person decides or tells is taken')
    while ((await look('/api/cases')).statusCode !== 200) await turn(20)
    t.pass('and afterwards all is as before')
  }
)
