import t from 'tap'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY, policyHash } from '../../src/config/policy/policy.ts'
import { policySchema } from '../../src/config/policy/schema.ts'
import { RULES } from '../../src/decide/rules.ts'

function policyOf(yaml: string | null) {
  const read = readPolicy(yaml)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  return read
}

function errorsOf(yaml: string) {
  const read = readPolicy(yaml)
  return read.ok ? [] : read.errors
}

t.test('no file, an empty one and one of comments mean the built-in policy', async (t) => {
  for (const text of [null, '', '# nothing yet\n', 'guards:\nrules: # none\n']) {
    t.strictSame(policyOf(text), { ok: true, policy: DEFAULT_POLICY, hash: policyHash(DEFAULT_POLICY) })
  }
})

t.test('what a file says replaces the default, key by key', async (t) => {
  const { policy } = policyOf(`
guards:
  staleAfter: 45m
  protectedGroups: [VIP, 00g123]
causes: { orphanAge: 90s }
rules: { suspended: observe, activation_pending: propose }
groupModes: { suspended: { Pilot: auto }, activation_pending: {} }
absentSources: [risk]
writes: { minConfidenceForAuto: high, attemptsPerCase: 1 }
watch: { duration: 2d, takeoverWindow: 3h }
proposals: { expireAfter: 8h }
verification: { kinds: [push], neededFor: [unlock_user], countsFor: 5m }
`)
  const { guards, causes } = DEFAULT_POLICY.decide
  t.strictSame(policy.decide, {
    guards: { ...guards, staleAfterMs: 45 * 60_000, protectedGroups: ['VIP', '00g123'] },
    causes: { ...causes, orphanAgeMs: 90_000 },
    ruleModes: { suspended: 'observe', activation_pending: 'propose' },
    groupModes: { suspended: { Pilot: 'auto' } },
    minConfidenceForAuto: 'high',
    absentSources: ['risk'],
    guideCauses: [],
    pageCauses: DEFAULT_POLICY.guide.causes,
    verification: {
      ...DEFAULT_POLICY.decide.verification,
      kinds: ['push'],
      neededFor: ['unlock_user'],
      countsForMs: 300_000
    }
  })
  const { watchMs, takeoverWindowMs, proposalMs, attemptsPerCase, classifier } = policy
  t.strictSame(
    { watchMs, takeoverWindowMs, proposalMs, attemptsPerCase },
    { watchMs: 172_800_000, takeoverWindowMs: 10_800_000, proposalMs: 28_800_000, attemptsPerCase: 1 }
  )
  t.strictSame(classifier, DEFAULT_POLICY.classifier)
})

t.test('users are guided once a channel is named; quiet hours are whole or an error', async (t) => {
  const quiet = { from: '20:00', to: '07:00', zone: 'Europe/Berlin' }
  const { policy } = policyOf(
    `guide: { channels: [mail], causes: [unknown], escalateAfter: 1h, quiet: ${JSON.stringify(quiet)} }`
  )
  t.match(policy, {
    guide: { channels: ['mail'], escalateAfterMs: 3_600_000, quiet },
    decide: { guideCauses: ['unknown'] }
  })
  t.same(policyOf('guide: { causes: [unknown] }').policy.decide.guideCauses, [], 'without a channel nobody')
  t.match(errorsOf("guide: { quiet: { from: '20:00' } }"), [/line 1: guide\.quiet needs from, to and zone/])
  t.match(errorsOf('guide: { causes: [account_deactivated] }'), [/one of/], 'only causes whose steps are the user’s')
})

t.test('every error is told at once, in order, with its line', async (t) => {
  const errors = errorsOf(`guards:
  stormUser: 3
  staleAfter: 30
  writesPerHour: -1
  protectedUsers: [ana, 3]
classifier:
  failureTypes: []
  oktaVerifyNames:
    - '(['
  signalTypes: ['a b']
nonsense: 1
rules:
  suspnded: auto
  suspended: always
  app_state_stale: auto
groupModes:
  device_replaced: { Pilot: auto }
absentSources: [roles]
evidence: { history: 91d }
watch: 5
`)
  t.match(errors, [
    /^line 2: guards\.stormUser is unknown \(did you mean stormUsers\?\)\.$/,
    /^line 3: guards\.staleAfter must be a duration such as 90s, 30m, 24h or 30d; it is 30\.$/,
    /^line 4: guards\.writesPerHour must be a whole number from 0 to \d+; it is -1\.$/,
    /^line 5: guards\.protectedUsers, item 2, must be a text/,
    /^line 7: classifier\.failureTypes must be a list, not an empty one/,
    /^line 9: classifier\.oktaVerifyNames, item 1, must be a regular expression; .*Unterminated character class/,
    /^line 10: classifier\.signalTypes, item 1, must be an event type/,
    /^line 11: nonsense is unknown\.$/,
    /^line 13: rules\.suspnded is unknown \(did you mean suspended\?\)\.$/,
    /^line 14: rules\.suspended must be one of observe, propose, auto; it is "always"\.$/,
    /^line 15: rules\.app_state_stale must be left out: it never writes/,
    /^line 17: groupModes\.device_replaced\.Pilot must be one of observe, propose; it is "auto"\.$/,
    /^line 18: absentSources, item 1, must be one of risk, /,
    /^line 19: evidence\.history must be .* at most 90d; it is "91d"\.$/,
    /^line 20: watch must be a group of keys; it is 5\.$/
  ])
  t.equal(errors.length, 15)
})

t.test('text that is not YAML, or not a policy, is a error with its line', async (t) => {
  t.match(errorsOf('a: [1'), [/^line 1: this is not valid YAML: /])
  t.match(errorsOf('guards: {}\nguards: {}\n'), [/^line 2: this is not valid YAML: Map keys must be unique/])
  t.match(errorsOf('guards: !secret x\n'), [/^line 1: this is not valid YAML: Unresolved tag/])
  t.match(errorsOf('- guards\n'), [/^line 1: the policy must be a group of keys/])
  t.match(errorsOf('guards: *base\n'), [/^line 1: this is not valid YAML: /])
})

t.test('the first wait must not be longer than the longest', async (t) => {
  t.match(errorsOf('retries:\n  firstWait: 1h\n'), [/^line 1: retries\.firstWait is longer than retries\.maxWait/])
})

t.test('a row with a highest mode cannot be set above it', async (t) => {
  const rule = {
    id: 'careful',
    mode: 'propose',
    highest: 'propose',
    because: '',
    outcome: { do: 'remediate', with: 'unlock_user', queue: 'security' }
  } as const
  t.match(readPolicy('rules: { careful: auto }', [rule]), {
    ok: false,
    errors: [/one of observe, propose; it is "auto"/]
  })
  t.match(readPolicy('rules: { careful: observe }', [rule]), { ok: true })
})

t.test('the hash names the policy in force, not the way it is written', async (t) => {
  const plain = policyOf('guards: { staleAfter: 45m, stormUsers: 6 }').hash
  t.equal(policyOf('# why\nguards:\n  stormUsers: 6\n  staleAfter: 2700s\n').hash, plain)
  t.not(policyOf('guards: { staleAfter: 45m }').hash, plain)
  const own = RULES.filter((rule) => rule.outcome.do === 'remediate').map((rule) => `  ${rule.id}: ${rule.mode}\n`)
  t.equal(
    policyOf(`rules:\n${own.join('')}`).hash,
    policyOf(null).hash,
    "restating the table's own modes changes nothing"
  )
})

t.test('the file has a key for everything in the policy, and nothing else', async (t) => {
  const keysOf = (section: object) =>
    Object.keys(section)
      .map((key) => key.replace(/Ms$/, ''))
      .sort()
  const { properties } = policySchema(RULES)
  const { classifier, decide, evidence, log, retention, retries, storm } = DEFAULT_POLICY
  t.strictSame(keysOf(properties.classifier.properties), keysOf(classifier))
  t.strictSame(keysOf(properties.guards.properties), keysOf(decide.guards))
  t.strictSame(keysOf(properties.causes.properties), keysOf(decide.causes))
  t.strictSame(keysOf(properties.evidence.properties), keysOf(evidence))
  t.strictSame(keysOf(properties.retries.properties), keysOf(retries))
  t.strictSame(keysOf(properties.storm.properties), keysOf(storm))
  t.strictSame(keysOf(properties.log.properties), keysOf(log))
  t.strictSame(keysOf(properties.canary.properties), keysOf(DEFAULT_POLICY.canary))
  t.strictSame(keysOf(properties.guide.properties), keysOf(DEFAULT_POLICY.guide))
  t.strictSame(keysOf(properties.targets.properties), keysOf(DEFAULT_POLICY.targets))
  t.strictSame(keysOf(properties.retention.properties), keysOf(retention))
  t.strictSame(Object.keys(DEFAULT_POLICY).sort(), [
    'attemptsPerCase',
    'canary',
    'classifier',
    'decide',
    'evidence',
    'guide',
    'log',
    'oktaMaxWaitMs',
    'oktaQuotaPercent',
    'proposalMs',
    'retention',
    'retries',
    'ruleWatch',
    'storm',
    'summary',
    'takeoverWindowMs',
    'targets',
    'tickets',
    'watchMs'
  ])
})

t.test('half of a surrogate pair in a policy is refused with its line, as text or as an escape', (t) => {
  for (const text of ['guards:\n  protectedUsers: ["a\ud800"]\n', 'guards:\n  protectedUsers: ["a\\ud800"]\n']) {
    t.match(readPolicy(text), { ok: false, errors: [/^line 2: .*half of a surrogate pair/] })
  }
  t.end()
})
