import { PassThrough } from 'node:stream'
import t from 'tap'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { createEventLogger, createLogger, logEvent } from '../../src/telemetry/logging.ts'
import { createScrub } from '../../src/telemetry/redact.ts'

const SECRET = 'hook-secret-CANARY'

function capture(level: 'debug' | 'info' = 'info') {
  const to = new PassThrough()
  const lines: Record<string, unknown>[] = []
  to.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trim().split('\n')) lines.push(JSON.parse(line))
  })
  return { lines, logger: createLogger({ level, secrets: [SECRET], to }) }
}

t.test('no seeded canary comes through, wherever it stands', async (t) => {
  const { lines, logger } = capture()
  const jwt = 'eyJhbGciOi.CANARY_jwt.sig'
  const error = Object.assign(new Error(`401 for CANARY@example.com with Bearer CANARY_bearer and ${SECRET}`), {
    code: 'E_TEST',
    config: { headers: { authorization: 'CANARY_header' } }
  })
  logger.error({ err: error }, `failed for CANARY@example.com with SSWS CANARY_ssws`)
  logger.info({
    headers: { authorization: 'CANARY_auth', cookie: 'a=CANARY_cookie', 'x-other': SECRET },
    nested: {
      list: [{ password: 'CANARY_pw' }, jwt],
      login: 'CANARY_login',
      email: 'CANARY_mail',
      name: 'CANARY_name'
    },
    secrets: ['CANARY_list'],
    because: `the key -----BEGIN PRIVATE KEY-----\nCANARY_key\n-----END PRIVATE KEY----- leaked`
  })
  logger.info({ req: { method: 'GET', url: '/api/cases?user=CANARY@example.com', headers: { cookie: 'CANARY' } } })
  logger.child({ component: 'x' }).info(`plain ${SECRET}`)
  t.equal(lines.length, 4)
  t.notMatch(JSON.stringify(lines), /CANARY/)
  t.match(lines[0], {
    level: 'error',
    err: { type: 'Error', code: 'E_TEST', message: '401 for [address] with Bearer [secret] and [secret]' }
  })
  t.match(lines[0], { msg: 'failed for [address] with SSWS [secret]' })
  t.match(lines[2], { req: { method: 'GET', path: '/api/cases' } })
})

t.test('a secret is not saved by standing at the cut, nor a long text by being long', async (t) => {
  const scrub = createScrub([SECRET])
  const text = scrub(`${'x'.repeat(990)}${SECRET}${'y'.repeat(50_000)}`)
  t.notMatch(text, /hook-/)
  t.equal(text.length, 1_001)
})

t.test('fields that say yes or no about a secret stay readable, and odd values do no harm', async (t) => {
  const { lines, logger } = capture()
  const loop: Record<string, unknown> = {}
  loop.again = loop
  logger.info({ invalidToken: true, cookie: null, count: 3, loop, at: new Date(0) })
  t.match(lines[0], { invalidToken: true, cookie: null, count: 3, at: '1970-01-01T00:00:00.000Z' })
})

const STEP = {
  type: 'step',
  caseId: 'RE-1',
  userId: '00uCANARYCANARY00000',
  step: 'correlate',
  from: 'received',
  to: 'correlating',
  ms: 40,
  error: null,
  because: null
} as const

t.test('a delivery and a step are one wide line each, with a constant message and ids only', async (t) => {
  const { lines, logger } = capture()
  logEvent(logger, { type: 'request', outcome: 'stored', events: 3, duplicates: 1, ms: 12 })
  logEvent(logger, STEP)
  t.match(lines[0], { level: 'info', msg: 'delivery', outcome: 'stored', events: 3, duplicates: 1, ms: 12 })
  t.match(lines[1], {
    level: 'info',
    msg: 'step',
    caseId: 'RE-1',
    step: 'correlate',
    from: 'received',
    to: 'correlating'
  })
  t.match(String(lines[0]?.time), /^\d{4}-\d\d-\d\dT/)
})

t.test('the level says who must care', async (t) => {
  const { lines, logger } = capture('debug')
  const level = (event: TelemetryEvent) => {
    logEvent(logger, event)
    return lines.at(-1)?.level
  }
  const request = { type: 'request', events: 0, duplicates: 0, ms: 1 } as const
  t.equal(level({ ...request, outcome: 'bad_secret' }), 'warn')
  t.equal(level({ ...request, outcome: 'store_unavailable' }), 'error')
  t.equal(level({ ...STEP, error: 'okta', because: 'Okta answered 503' }), 'warn')
  t.equal(level({ ...STEP, error: 'bug', because: 'x is undefined' }), 'error')
  t.equal(level({ type: 'action', caseId: 'RE-1', remediation: 'unlock_user', state: 'done', lagMs: 1 }), 'info')
  t.equal(level({ type: 'case_opened', caseId: 'RE-1' }), 'debug')
  t.equal(level({ type: 'okta_call', bucket: 'GET /x', code: '200', ms: 1, limit: null, remaining: null }), 'debug')
})

t.test('a reason that quotes a person loses the person', async (t) => {
  const { lines, logger } = capture()
  logEvent(logger, { ...STEP, error: 'okta', because: 'no such user anna@example.com' })
  t.match(lines[0], { because: 'no such user [address]' })
})

t.test('a flood of refused requests or of challenges is one line a minute, with how many were left out', async (t) => {
  const { lines, logger } = capture()
  let now = 0
  const log = createEventLogger(logger, () => now)
  const request = { type: 'request', events: 0, duplicates: 0, ms: 1 } as const
  for (let count = 0; count < 1_000; count++) log({ ...request, outcome: 'bad_secret' })
  log({ ...request, outcome: 'rate_limited' })
  log({ ...request, outcome: 'stored' })
  log({ ...request, outcome: 'stored' })
  for (let count = 0; count < 500; count++) log({ ...request, outcome: 'verified' })
  now = 60_000
  log({ ...request, outcome: 'bad_secret' })
  t.match(
    lines.map(({ outcome, omitted }) => [outcome, omitted]),
    [
      ['bad_secret', undefined],
      ['rate_limited', undefined],
      ['stored', undefined],
      ['stored', undefined],
      ['verified', undefined],
      ['bad_secret', 999]
    ]
  )
})
