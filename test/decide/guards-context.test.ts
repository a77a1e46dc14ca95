/** Guards about where the attempt came from and signs of an attack: G4 (both halves), G5, G7. */
import t from 'tap'
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts'
import {
  absentItem,
  aContext,
  aFailure,
  ago,
  anEntry,
  anInput,
  aSignal,
  knownEvidence,
  SPARSE_CONTEXT,
  USER_ID,
  unknownItem,
  withItem
} from './build.ts'
import { absence, guard, ignorance, withLog } from './guard-checks.ts'

const from = (...contexts: readonly Parameters<typeof aContext>[0][]) =>
  anInput({ failures: contexts.map((context, i) => aFailure({ uuid: `f${i}`, context: aContext(context) })) })
const sparse = anInput({ failures: [aFailure({ context: SPARSE_CONTEXT })] })

t.test('G4, the event: any yes trips it, any no without a yes clears it, silence is unknown', async (t) => {
  t.match(guard('G4_event', anInput()), { state: 'clear' })
  t.match(guard('G4_event', from({ anonymizer: 'yes' })), { state: 'tripped', because: /anonymizer/ })
  t.match(guard('G4_event', from({ threat: 'yes' })), { state: 'tripped', because: /threat/ })
  t.match(guard('G4_event', from({}, { threat: 'yes' })), { state: 'tripped' }, 'one of two')
  t.match(guard('G4_event', from({ anonymizer: 'unknown' })), { state: 'clear' })
  t.match(guard('G4_event', sparse), { state: 'unknown' })
  t.match(guard('G4_event', anInput({ failures: [] })), { state: 'unknown' })
})

t.test('G4, the log', async (t) => {
  t.match(guard('G4_log', anInput()), { state: 'clear' })
  t.match(guard('G4_log', sparse), { state: 'clear' }, 'a sparse event does not silence the log')
  t.match(guard('G4_log', withLog(anEntry('user.session.start', { threat: true }))), { state: 'tripped' })
  t.match(guard('G4_log', withLog(anEntry('security.threat.detected'))), { state: 'tripped' })
  t.match(guard('G4_log', withLog(anEntry('security.threat.detected', { at: ago(8 * DAY_MS) }))), { state: 'clear' })
  const signal = aSignal('user.mfa.factor.update', { context: aContext({ anonymizer: 'yes' }) })
  t.match(guard('G4_log', anInput({ signals: [signal] })), { state: 'tripped' }, 'a signal counts')
  t.match(guard('G4_log', from({ threat: 'yes' })), { state: 'clear' }, 'the event half answers for the failures')
  ignorance(t, 'G4_log', 'history')
  absence(t, 'G4_log', 'history')
})

t.test('G5: new behaviour or a country the user was not in', async (t) => {
  t.match(guard('G5', anInput()), { state: 'clear' })
  t.match(guard('G5', from({ unusual: 'yes' })), { state: 'tripped', because: /new behavior/ })
  const abroad = guard('G5', from({ country: 'Atlantis', unusual: 'no' }))
  t.match(abroad, { state: 'tripped', because: /came from Atlantis; .* United States/ })
  t.match(guard('G5', from({}, { country: 'Atlantis' })), { state: 'tripped' }, 'one of two')
  t.match(guard('G5', from({ unusual: 'unknown' })), { state: 'clear', because: /usually is/ })
  t.match(guard('G5', from({ country: null })), { state: 'clear', because: /no new behavior/ })
  t.match(guard('G5', sparse), { state: 'unknown', because: /No event has/ })
  ignorance(t, 'G5', 'history')
  t.match(guard('G5', { ...from({ unusual: 'yes' }), evidence: withItem(knownEvidence(), 'history', unknownItem()) }), {
    state: 'tripped'
  })
})

t.test('G5 with the log absent on purpose goes by behaviours alone', async (t) => {
  const evidence = withItem(knownEvidence(), 'history', absentItem())
  t.match(guard('G5', anInput({ evidence })), { state: 'clear' })
  t.match(guard('G5', { ...from({ unusual: 'unknown' }), evidence }), { state: 'unknown' })
})

t.test('G5: only the user’s own successes before the failure make a country usual', async (t) => {
  const own = { actorId: USER_ID, country: 'Atlantis', at: ago(2 * DAY_MS) }
  const state = (overrides: Partial<Parameters<typeof anEntry>[1]>) =>
    guard('G5', {
      ...from({ country: 'Atlantis', unusual: 'unknown' }),
      evidence: withLog(anEntry('user.session.start', { ...own, ...overrides })).evidence
    }).state
  t.equal(state({}), 'clear')
  t.equal(state({ actorId: '00uADMIN' }), 'tripped', 'an admin was there')
  t.equal(state({ result: 'FAILURE' }), 'tripped', 'a try that failed')
  t.equal(state({ at: ago(31 * DAY_MS) }), 'tripped', 'too long ago')
  t.equal(state({ at: ago(0) }), 'tripped', 'after the failure')
  t.equal(state({ uuid: 'f0' }), 'tripped', 'the failure itself')
  const nobody = {
    ...from({ country: 'Atlantis', unusual: 'unknown' }),
    subject: { id: null, login: null, name: null }
  }
  const evidence = withItem(
    knownEvidence({ history: [anEntry('x', { actorId: null, country: 'Atlantis' })] }),
    'user',
    unknownItem()
  )
  t.equal(guard('G5', { ...nobody, evidence }).state, 'unknown', 'nobody has no usual country')
})

t.test('G7: breaches, failed identity checks, repeated failures', async (t) => {
  t.match(guard('G7', anInput()), { state: 'clear' })
  t.match(guard('G7', withLog(anEntry('security.breached_credential.detected'))), { state: 'tripped' })
  t.match(guard('G7', withLog(anEntry('user.identity_verification', { result: 'DENY' }))), { state: 'tripped' })
  const phishing = { result: 'FAILURE', reason: 'FastPass declined phishing attempt' }
  t.match(
    guard('G7', withLog(anEntry('user.authentication.auth_via_mfa', phishing))),
    { state: 'tripped', because: /phishing/ },
    'one is enough: Okta itself blocked it'
  )
  t.match(guard('G7', withLog(anEntry('user.identity_verification'))), { state: 'clear' }, 'a check that passed')
  const misses = (count: number, at = ago(HOUR_MS)) =>
    withLog(
      ...['FAILURE', 'ABANDONED', 'UNANSWERED']
        .slice(0, count)
        .map((result) => anEntry('user.authentication.auth_via_mfa', { uuid: result, result, at }))
    )
  t.match(guard('G7', misses(2)), { state: 'clear' })
  t.match(guard('G7', misses(3)), { state: 'tripped', because: /3 failed verifications/ })
  t.match(guard('G7', misses(3, ago(8 * DAY_MS))), { state: 'clear' })
  ignorance(t, 'G7', 'history')
  absence(t, 'G7', 'history')
})

t.test('a log too long to be read whole blocks only the guards that look further back', async (t) => {
  const cut = (reach: object) => {
    const evidence = knownEvidence()
    return anInput({ evidence: { ...evidence, history: { ...evidence.history, ...reach } } })
  }
  const tenDays = cut({ completeSince: ago(10 * DAY_MS), signInsSince: ago(8 * DAY_MS) })
  for (const id of ['G4_log', 'G5', 'G7'] as const) t.match(guard(id, tenDays), { state: 'clear' }, id)
  t.match(guard('G10', tenDays), { state: 'unknown', because: /too many log entries; they were read back to/ })
  const signIns = cut({ signInsSince: ago(DAY_MS) })
  t.match(guard('G4_log', signIns), { state: 'unknown' }, 'a proxy may be among the verifications not read')
  for (const id of ['G5', 'G7', 'G10'] as const) t.match(guard(id, signIns), { state: 'clear' }, id)
})
