/** OpenMetrics on request: the same series, with an example of a trace beside each lag. */
import t from 'tap'
import { expose, wantsOpenMetrics } from '../../src/api/public-routes.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { listenerWith } from '../api/listener-with.ts'
import { findTool, runTool } from '../deploy/tools.ts'
import { NOW } from '../remediate/situations.ts'
import { samplesOf } from './exposition.ts'

const TRACE_ID = 'abcdef0123456789abcdef0123456789'
const OPEN = 'application/openmetrics-text'
/** What Prometheus 2.53 sends. */
const PROMETHEUS = `${OPEN};version=1.0.0;q=0.5,${OPEN};version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`

function metrics() {
  return createMetrics({
    store: openInMemory(),
    ...{ isStorm: async () => false, clock: () => NOW, version: '1.2.3', rules: ['otherwise'], systems: ['local'] },
    ...{
      config: () => ({ hash: '0123456789abcdef', mode: 'auto', pages: 'https://reenroll.example.com' }),
      breakers: () => []
    },
    process: true
  })
}

const DECIDED: TelemetryEvent = {
  ...{ type: 'decision', caseId: 'RE-1', rule: 'otherwise', kind: 'ticket', mode: 'auto', cause: 'unknown', lagMs: 700 }
}

/** Without what only OpenMetrics has, so that one reader reads both. */
function plainly(text: string): string {
  return text
    .replace(/\n# EOF\n$/, '\n')
    .replaceAll(/ # \{[^\n]*/g, '')
    .replaceAll(/ Nan$/gm, ' 0')
}

t.test('who asks for OpenMetrics gets it, everybody else plain text as ever', async (t) => {
  t.ok(wantsOpenMetrics(PROMETHEUS))
  t.ok(wantsOpenMetrics(OPEN))
  for (const accept of [
    undefined,
    '',
    '*/*',
    'text/plain',
    `text/plain, ${OPEN};q=0.5`,
    `${OPEN};q=0`,
    `${OPEN};q=x`
  ]) {
    t.notOk(wantsOpenMetrics(accept), String(accept))
  }
  const { app } = await listenerWith(t)
  const open = await app.inject({ url: '/metrics', headers: { accept: PROMETHEUS } })
  t.match(open.headers['content-type'], /^application\/openmetrics-text; version=1\.0\.0/)
  t.match(open.body, /\n# EOF\n$/)
  const plain = await app.inject('/metrics')
  t.match(plain.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  t.notMatch(plain.body, /EOF/)
})

t.test('both formats hold the same series, before and after one another', async (t) => {
  const { registry, observe } = metrics()
  observe(DECIDED, TRACE_ID)
  const namesOf = async (accept: string) => {
    const { body } = await expose(registry, accept)
    return samplesOf(plainly(body))
      .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
      .filter((series) => !series.startsWith('nodejs_active_'))
      .sort()
  }
  const before = await namesOf('text/plain')
  t.strictSame(await namesOf(OPEN), before)
  t.strictSame(await namesOf('text/plain'), before, 'asking for the one changes nothing in the other')
})

t.test('a lag shows the trace that it is an example of, where there is one', async (t) => {
  const { registry, observe } = metrics()
  observe(DECIDED)
  t.notMatch((await expose(registry, OPEN)).body, /trace_id/)
  observe(DECIDED, TRACE_ID)
  const { body } = await expose(registry, OPEN)
  t.match(
    body,
    new RegExp(`^reenroll_event_lag_seconds_bucket.*stage="decided".* 2 # \\{trace_id="${TRACE_ID}"\\} 0\\.7 `, 'm')
  )
  t.notMatch((await expose(registry, undefined)).body, /trace_id/, 'plain text has no place for it')
  observe({ ...DECIDED, lagMs: 10 ** 9 }, TRACE_ID)
  t.match((await expose(registry, OPEN)).body, /le="\+Inf".* # \{trace_id=/, 'beyond the last bound too')
})

const promtool = findTool('promtool')

t.test('promtool finds nothing wrong with the plain text', { skip: promtool.skip }, async (t) => {
  const { registry, observe } = metrics()
  observe(DECIDED, TRACE_ID)
  await expose(registry, OPEN)
  const ours = plainly((await expose(registry, 'text/plain')).body)
  const { said } = await runTool(promtool, ['check', 'metrics'], ours)
  t.strictSame(
    said.split('\n').filter((line) => /^reenroll_|error/.test(line)),
    []
  )
})
