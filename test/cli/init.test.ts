/** `init` against the simulated org: unattended, by a person who errs, and twice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { runCommand } from '../../src/cli/run.ts'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { systemClock } from '../../src/domain/time.ts'
import type { OAuthClient } from '../../src/sandbox/server/auth.ts'
import { settingsIn } from '../../src/setup/init-files.ts'
import { orgBeside } from './org-beside.ts'
import { say } from './recorder.ts'

const CLIENT_ID = '0oaInit000000000000d7'
const GRANTED = ['okta.users.read', 'okta.devices.read', 'okta.logs.read', 'okta.roles.read', 'okta.groups.read']

/** An org with an app that has no key yet, one person who suspends others, and a group worth protecting. */
async function freshOrg(t: Test, scopes: readonly string[] = GRANTED) {
  const { client } = await newServiceApp(CLIENT_ID)
  const keys: OAuthClient['keys'][number][] = []
  const world = await orgBeside(t, { clients: [{ ...client, keys, scopes }] })
  world.org.addGroup('Executives')
  world.org.addUser()
  const actor = {
    id: '0oaHrWorkflow0000d7',
    type: 'User',
    alternateId: 'hr',
    displayName: 'HR workflow',
    detailEntry: null
  }
  for (let n = 0; n < 3; n++) {
    world.org.record({
      eventType: 'user.lifecycle.suspend',
      published: systemClock(),
      actor,
      outcome: { result: 'SUCCESS', reason: null }
    })
  }
  const dir = t.testdir({ token: 'test-token\n' })
  const answersFile = join(dir, 'answers.yaml')
  const initWith = (answers: object, ...args: string[]) => {
    writeFileSync(answersFile, JSON.stringify(answers))
    return say(['init', '--answers', answersFile, '--dir', dir, ...args], { REENROLL_OPS_PORT: '19190' })
  }
  /** What an admin does in the console with the key that `init` printed. */
  const addKey = (said: string) => {
    const [text = ''] = /\{"kty":.*?\}/.exec(said) ?? []
    keys.push(JSON.parse(text))
  }
  return { ...world, dir, keys, addKey, initWith, answers: { orgUrl: world.sandbox.url, clientId: CLIENT_ID } }
}

t.test('unattended: the key first, then everything else in one run', async (t) => {
  const { initWith, addKey, answers, dir, hookUrl, org } = await freshOrg(t)
  const first = await initWith(answers)
  t.match(first, { exitCode: 1, err: /Signing in failed\..*\n.*run init again; it resumes from here\./s })
  const {
    OKTA_CLIENT_PRIVATEKEY: key,
    REENROLL_LEDGER_KEY: ledgerKey,
    REENROLL_OPS_PORT: port
  } = settingsIn(readFileSync(join(dir, '.env'), 'utf8'))
  t.match(ledgerKey, /^.{32,}$/, 'a new installation signs its ledger')
  t.equal(port, '19190', 'a port given for this run was lost at the next start')
  t.equal(statSync(join(dir, '.env')).mode & 0o777, 0o600)
  t.notMatch(first.out + first.err, /"d":/, 'the private key is not shown')
  addKey(first.out)

  const whole = {
    ...{ ...answers, absentSources: ['risk'], trustedActors: ['0oaHrWorkflow0000d7'], protectedGroups: ['Executives'] },
    ...{ publicUrl: hookUrl, adminTokenFile: join(dir, 'token') }
  }
  // The hook listener of the test knows its own secret only.
  const env = readFileSync(join(dir, '.env'), 'utf8')
  writeFileSync(
    join(dir, '.env'),
    env.replace(/^REENROLL_HOOK_SECRETS=.*$/m, 'REENROLL_HOOK_SECRETS=old-secret-of-the-test-0123456789')
  )
  const said = await initWith(whole)
  t.match(said.out, /0oaHrWorkflow0000d7 {2}HR workflow \(suspensions: 3\)/)
  t.match(
    said.out,
    /Granted: okta\.users\.read, .*okta\.groups\.read\.\nNot granted:\n {2}okta\.userRisk\.read: [\s\S]*\n {2}okta\.devices\.manage: /
  )
  t.match(said.out, /Create "reenroll failures"/)
  t.notMatch(said.out, /^error: /m, 'doctor finds no error')
  t.equal(org.hooks.size, 2)
  const settings = settingsIn(readFileSync(join(dir, '.env'), 'utf8'))
  t.match(settings, {
    ...{ OKTA_CLIENT_ORGURL: answers.orgUrl, OKTA_CLIENT_PRIVATEKEY: key, REENROLL_MODE: 'observe' },
    ...{ REENROLL_PUBLIC_HOOK_URL: hookUrl, OKTA_CLIENT_SCOPES: GRANTED.join(' ') }
  })
  t.match(parse(readFileSync(join(dir, 'policy.yaml'), 'utf8')), {
    absentSources: ['risk'],
    guards: { protectedGroups: ['Executives'], trustedActorIds: ['0oaHrWorkflow0000d7'] }
  })

  const again = await initWith(whole)
  t.strictSame(settingsIn(readFileSync(join(dir, '.env'), 'utf8')), settings, 'a second run changes nothing')
  t.match(again.out, /The event hooks are as they should be/)
})

t.test(
  'a dry run writes nothing, and prints what it would write, with a policy, a hook and an admin’s token too',
  async (t) => {
    const { initWith, addKey, answers, dir, hookUrl, org } = await freshOrg(t)
    await initWith(answers, '--dry-run')
    t.notOk(existsSync(join(dir, '.env')))
    addKey((await initWith(answers)).out)
    const env = readFileSync(join(dir, '.env'), 'utf8')
    const policy = { absentSources: ['risk'], protectedGroups: ['Executives'] }
    const said = await initWith(
      { ...answers, ...policy, publicUrl: hookUrl, adminTokenFile: join(dir, 'token') },
      '--dry-run'
    )
    t.match(said, { exitCode: 0, err: '' })
    t.match(
      said.out,
      /Would write .*\.env \(0600, mode observe\):\n( {2}.*\n)* {2}OKTA_CLIENT_SCOPES=okta\.users\.read .*\n/
    )
    t.match(
      said.out,
      /Would write .*policy\.yaml:\nabsentSources:\n {2}- risk\nguards:\n {2}protectedGroups:\n {4}- Executives\n/
    )
    t.match(said.out, /Would create "reenroll failures"/)
    t.equal(readFileSync(join(dir, '.env'), 'utf8'), env)
    t.notOk(existsSync(join(dir, 'policy.yaml')))
    t.equal(org.hooks.size, 0)
  }
)

t.test('secrets in files of their own stay the only ones', async (t) => {
  const { initWith, answers, keys, dir } = await freshOrg(t)
  const { client, privateJwk } = await newServiceApp(CLIENT_ID)
  keys.push(...client.keys)
  const files = { 'key.json': JSON.stringify(privateJwk), secrets: 'a-hook-secret-of-its-own-0123456' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  const lines = [
    `OKTA_CLIENT_PRIVATEKEY_FILE=${join(dir, 'key.json')}`,
    `REENROLL_HOOK_SECRETS_FILE=${join(dir, 'secrets')}`
  ]
  writeFileSync(join(dir, '.env'), `${lines.join('\n')}\n`)
  const said = await initWith(answers)
  t.match(said, { err: '', out: /Granted: okta\.users\.read/ })
  const settings = settingsIn(readFileSync(join(dir, '.env'), 'utf8'))
  t.equal(settings.OKTA_CLIENT_PRIVATEKEY, undefined)
  t.equal(settings.REENROLL_HOOK_SECRETS, undefined)
  t.match(settings, { OKTA_CLIENT_PRIVATEKEY_FILE: join(dir, 'key.json'), REENROLL_OPS_TOKEN: /^.{64}$/ })
})

t.test('no source is absent unless somebody says so, and a group may have a comma in its name', async (t) => {
  const { initWith, addKey, answers, dir, org } = await freshOrg(t)
  org.addGroup('Executives, Europe')
  addKey((await initWith(answers)).out)
  const said = await initWith({ ...answers, protectedGroups: ['Executives, Europe', 'Executives'] })
  t.match(said.out, /Not granted:\n {2}okta\.userRisk\.read: user risk, with Identity Threat Protection/)
  t.strictSame(parse(readFileSync(join(dir, 'policy.yaml'), 'utf8')), {
    guards: { protectedGroups: ['Executives, Europe', 'Executives'] }
  })
})

t.test('each wrong answer is named with what is right', async (t) => {
  const { initWith, answers, addKey } = await freshOrg(t)
  addKey((await initWith(answers)).out)
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ ...answers, orgUrl: 'https://{yourOktaDomain}' }, /orgUrl: .*(placeholder|not a web address)/],
    [{ ...answers, clientId: 'my app' }, /clientId: my app is not a client id; it begins with 0oa/],
    [{ ...answers, clientID: 'x' }, /clientID is not an answer \(did you mean clientId\?\)/],
    [{ ...answers, protectedGroups: 'Executives' }, /protectedGroups must be a list of texts/],
    [
      { ...answers, protectedGroups: ['Exectuives'] },
      /Exectuives is not a group of this org \(did you mean Executives\?\)/
    ],
    [{ ...answers, trustedActors: ['00uNobody'] }, /trustedActors: 00uNobody is not one of these actors/],
    [{ ...answers, absentSources: ['luck'] }, /absentSources: luck is not a source/],
    [{ ...answers, publicUrl: 'reenroll' }, /publicUrl: reenroll is not a web address/],
    [
      { ...answers, publicUrl: 'https://r.example.com/', adminTokenFile: '/nowhere' },
      /adminTokenFile: there is no file at/
    ]
  ]
  for (const [given, expected] of wrong) {
    const said = await initWith(given)
    t.equal(said.exitCode, 1, String(expected))
    t.match(said.err, expected)
    t.notMatch(said.err, /^\s+at /m, 'no stack')
  }
})

t.test('a person is asked again until the answer is right', async (t) => {
  const { answers, dir, addKey, org } = await freshOrg(t)
  org.addGroup('Executives, Europe')
  const typed = [
    'example.okta.com',
    answers.orgUrl,
    CLIENT_ID,
    '',
    '',
    '',
    '',
    'Executives, Europe, Executives',
    '',
    'no'
  ]
  const shown: string[] = []
  const exitCode = await runCommand(['init', '--dir', dir], {
    env: {},
    isTerminal: true,
    out: (line) => void shown.push(line),
    err: (line) => void shown.push(line),
    async ask(question) {
      shown.push(question)
      if (question.startsWith('Press Enter')) addKey(shown.join('\n'))
      return typed.shift() ?? ''
    }
  })
  const text = shown.join('\n')
  t.ok(exitCode === 0 || exitCode === 2, text)
  t.match(text, /example\.okta\.com is not a web address/)
  t.match(text, /Press Enter to try again/)
  t.match(text, /Next:\n.*npm start/)
  const { guards } = parse(readFileSync(join(dir, 'policy.yaml'), 'utf8'))
  t.strictSame(guards.protectedGroups, ['Executives, Europe', 'Executives'])
})

/** util-linux; it makes the pseudo terminal. */
const SCRIPT = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))

/** What a person types at each question, wrong answers first, and what each wrong one is told. */
const TYPED: readonly (readonly [question: string, answers: readonly (readonly [string, RegExp | null])[]])[] = [
  [
    'Address of the Okta org',
    [
      ['', /nothing was given/],
      ['example.okta.com', /example\.okta\.com is not a web address/],
      ['https://{yourOktaDomain}', /is a placeholder|not a web address/],
      ['http://example.okta.com', /plain HTTP is accepted for loopback addresses only/],
      ['ORG', null]
    ]
  ],
  [
    'Client id',
    [
      ['', /nothing is not a client id/],
      ['my app', /my app is not a client id; it begins with 0oa/],
      [CLIENT_ID, null]
    ]
  ],
  [
    'File with the private key',
    [
      ['/nowhere', /\/nowhere cannot be read \(ENOENT\)/],
      ['', null]
    ]
  ],
  ['Press Enter to try again', [['', null]]],
  [
    'Sources that this org does not have',
    [
      ['luck', /luck is not a source/],
      ['risk, luck', /luck is not a source/],
      ['', null]
    ]
  ],
  [
    'Ids of actors',
    [
      ['00uNobody', /00uNobody is not one of these actors/],
      ['', null]
    ]
  ],
  [
    'Groups whose members',
    [
      ['Exectuives', /Exectuives is not a group of this org \(did you mean Executives\?\)/],
      ['Executives', null]
    ]
  ],
  [
    'Public address',
    [
      ['reenroll', /reenroll is not a web address/],
      ['https://r.example.com/okta/event-hooks', null]
    ]
  ],
  [
    'Start the service now',
    [
      ['maybe', /maybe is neither yes nor no/],
      ['no', null]
    ]
  ],
  [
    'File with an API token of an admin',
    [
      ['/nowhere', /there is no file at \/nowhere/],
      ['', null]
    ]
  ]
]

t.test(
  'in a real terminal: every wrong answer is named and asked for again',
  { skip: SCRIPT ? false : 'script (util-linux) is not installed' },
  async (t) => {
    const { answers, dir, addKey } = await freshOrg(t)
    const main = new URL('../../src/main.ts', import.meta.url).pathname
    const line = `${process.execPath} ${main} init --dir ${dir}`
    const child = spawn(SCRIPT ?? '', ['-qec', line, '/dev/null'], { cwd: dir, env: { PATH: process.env.PATH ?? '' } })
    t.teardown(() => child.kill('SIGKILL'))
    const left = TYPED.flatMap(([question, given]) => given.map(([text]) => ({ question, text })))
    let said = ''
    let from = 0
    child.stdout.on('data', (chunk: Buffer) => {
      said += stripVTControlCharacters(chunk.toString())
      const [next] = left
      const at = next ? said.indexOf(next.question, from) : -1
      if (!next || at === -1 || !/[:.] $/.test(said)) return
      left.shift()
      from = said.length
      if (next.question.startsWith('Press Enter')) addKey(said)
      child.stdin.write(`${next.text === 'ORG' ? answers.orgUrl : next.text}\n`)
    })
    const [code] = await once(child, 'exit')
    t.strictSame(left, [], said)
    t.ok(code === 0 || code === 2, `exit code ${code}`)
    for (const [, expected] of TYPED.flatMap(([, given]) => given)) if (expected) t.match(said, expected)
    t.notMatch(said, /^\s+at /m, 'no stack')
    t.equal(statSync(join(dir, '.env')).mode & 0o777, 0o600)
    t.match(parse(readFileSync(join(dir, 'policy.yaml'), 'utf8')), { guards: { protectedGroups: ['Executives'] } })
  }
)

t.test(
  'Ctrl-C at a question ends it with a sentence',
  { skip: SCRIPT ? false : 'script (util-linux) is not installed' },
  async (t) => {
    const main = new URL('../../src/main.ts', import.meta.url).pathname
    const dir = t.testdir()
    const line = `${process.execPath} ${main} init --dir ${dir}`
    const child = spawn(SCRIPT ?? '', ['-qec', line, '/dev/null'], { cwd: dir, env: { PATH: process.env.PATH ?? '' } })
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += stripVTControlCharacters(chunk.toString())
      if (said.endsWith('Address of the Okta org: ')) child.stdin.write('\u0003')
    })
    const [code] = await once(child, 'exit')
    t.equal(code, 130)
    t.match(said, 'Stopped. Run it again to continue; what was written is kept.')
    t.notMatch(said, /^\s+at |Internal error/m, 'no stack')
  }
)

t.test('without a terminal and without answers it says how to give them', async (t) => {
  t.match(await say(['init', '--dir', t.testdir()]), { exitCode: 1, err: /--answers <file>/ })
})
