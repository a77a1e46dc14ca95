/**
 * `init`: sets up a real org in one sitting. It asks only what it cannot find out, shows what it will do before it does it,
 * and can be repeated: what the files already say is kept.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { parse as parseYaml } from 'yaml'
import { suggestion } from '../config/did-you-mean.ts'
import { SOURCES_AN_ORG_MAY_LACK } from '../config/policy/schema.ts'
import type { AppCredentials } from '../config/settings/okta.ts'
import { SCOPES } from '../config/settings/scopes.ts'
import { type Env, readRows } from '../config/settings/setting.ts'
import { readSettings, SETTINGS } from '../config/settings/settings.ts'
import { systemClock } from '../domain/time.ts'
import type { OktaOrg } from '../okta/org.ts'
import { examine } from '../setup/doctor.ts'
import {
  type InitAnswers,
  LIST_ANSWERS,
  newKeyPair,
  newSecretText,
  policyText,
  publicPartOf,
  settingsIn,
  TEXT_ANSWERS,
  withSettings
} from '../setup/init-files.ts'
import { listGroups } from '../setup/probes/policy.ts'
import { findScopes, findSuspenders } from '../setup/probes/scopes.ts'
import { gatherFindings, reportOf } from './doctor.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { envTextAt, loadSettingsAndPolicy } from './load.ts'
import { openService } from './records.ts'
import { register } from './register.ts'
import { serve } from './serve.ts'

interface InitOptions {
  readonly answers?: string
  readonly dir: string
  readonly dryRun?: true
}

export function addInitCommand(program: Command, io: CliIo): void {
  program
    .command('init')
    .description('Set up a real org: key, secrets, scopes, policy, event hooks. Can be repeated.')
    .option('--answers <file>', 'YAML or JSON with the answers; asks nothing')
    .option('--dir <folder>', 'where .env and policy.yaml are', '.')
    .option('--dry-run', 'print what would be done, change nothing')
    .action((options: InitOptions) => init(io, options))
}

/** One conversation: questions to a person, or the answers of a file. */
interface Talk {
  /** The answer to a question, asked again until `problem` finds nothing wrong. */
  ask(
    key: keyof InitAnswers,
    question: string,
    known: string,
    problem?: (text: string) => string | null
  ): Promise<string>
  /** Waits until a person has done something; false when nobody is there. */
  wait(what: string): Promise<boolean>
}

async function init(io: CliIo, options: InitOptions): Promise<void> {
  const talk = options.answers === undefined ? talkTo(io) : talkFrom(options.answers)
  const files = { env: join(options.dir, '.env'), policy: join(options.dir, 'policy.yaml') }
  const before = envTextAt(files.env)
  const known = settingsIn(before)
  /** The file that holds a secret in place of `.env`. */
  const fileOf = (name: string) => known[`${name}_FILE`] ?? io.env[`${name}_FILE`]
  const secret = (name: string) => (fileOf(name) === undefined ? { [name]: known[name] ?? newSecretText() } : {})

  io.out(
    `This writes ${files.env}, and ${files.policy} where your answers differ from the built-in policy. In Okta only event hooks change, and only with an admin's token.`
  )
  io.out('1. Org and app')
  const orgUrl = await talk.ask('orgUrl', 'Address of the Okta org', known.OKTA_CLIENT_ORGURL ?? '', (text) =>
    errorOf('OKTA_CLIENT_ORGURL', text)
  )
  const clientId = await talk.ask(
    'clientId',
    'Client id of the API Services app (Applications > Create App Integration > API Services)',
    known.OKTA_CLIENT_CLIENTID ?? '',
    (text) => (/^0oa\w+$/.test(text) ? null : `${text || 'nothing'} is not a client id; it begins with 0oa`)
  )
  const keyFile = fileOf('OKTA_CLIENT_PRIVATEKEY')
  const hasKey = known.OKTA_CLIENT_PRIVATEKEY !== undefined || keyFile !== undefined
  const privateKeyFile = hasKey
    ? ''
    : await talk.ask(
        'privateKeyFile',
        'File with the private key that Okta made for the app (empty: make a new key)',
        '',
        (text) => (text === '' ? null : (faultOf(text) ?? errorOf('OKTA_CLIENT_PRIVATEKEY', contentOf(text))))
      )
  const isNewKey = !hasKey && privateKeyFile === ''
  const keyText = known.OKTA_CLIENT_PRIVATEKEY ?? contentOf(privateKeyFile)
  const key = isNewKey ? JSON.stringify(newKeyPair().privateJwk) : keyText
  const settings = {
    OKTA_CLIENT_ORGURL: orgUrl,
    OKTA_CLIENT_CLIENTID: clientId,
    ...(keyFile === undefined ? { OKTA_CLIENT_PRIVATEKEY: key } : {}),
    ...secret('REENROLL_HOOK_SECRETS'),
    ...secret('REENROLL_OPS_TOKEN'),
    ...secret('REENROLL_SESSION_KEY'),
    // Only at first: a ledger that has entries is signed with `audit sign`.
    ...((known.REENROLL_OPS_TOKEN ?? fileOf('REENROLL_OPS_TOKEN')) ? {} : secret('REENROLL_LEDGER_KEY')),
    REENROLL_MODE: known.REENROLL_MODE ?? 'observe',
    // Ports of this run, so that the next start has them too.
    ...Object.fromEntries(['REENROLL_HOOK_PORT', 'REENROLL_OPS_PORT'].flatMap((name) => named(name, io.env[name])))
  }
  const write = (more: Readonly<Record<string, string>>) => {
    if (options.dryRun) return
    mkdirSync(options.dir, { recursive: true })
    writeFileSync(files.env, withSettings(before, { ...settings, ...more }), { mode: 0o600 })
    chmodSync(files.env, 0o600)
  }
  // Kept at once: the key must be the same when this is run again after it was added to the app.
  write({})
  if (isNewKey) {
    io.out('Public key of the app (Client Credentials > Edit > Public key / Private key > Add key):')
    io.out(JSON.stringify(publicPartOf(JSON.parse(key))))
  }

  io.out('2. What the app may do')
  const app = credentialsIn({
    ...{ ...settings, OKTA_CLIENT_KEYID: known.OKTA_CLIENT_KEYID },
    ...Object.fromEntries(SETTINGS.map(({ name }) => [`${name}_FILE`, fileOf(name)]))
  })
  const { openOrg } = await import('../okta/org.ts')
  const open = (auth: AppCredentials) => openOrg({ orgUrl, auth }, { clock: systemClock, emit: () => {} })
  const granted = await scopesOf(app, open, talk, io)
  const org = open({ ...app, scopes: granted })
  io.out(`Granted: ${granted.join(', ')}.`)
  const missing = SCOPES.filter(({ name }) => !granted.includes(name))
  if (missing.length > 0)
    io.out(['Not granted:', ...missing.map(({ name, meaning }) => `  ${name}: ${meaning}`)].join('\n'))

  io.out('3. Policy')
  const answers: InitAnswers = {
    orgUrl,
    clientId,
    privateKeyFile,
    ...(await askPolicy(talk, org, granted, io)),
    ...(await askHooks(talk, known, options.answers === undefined ? 'yes' : 'no'))
  }
  const policy = policyText(answers)
  const keepsPolicy = existsSync(files.policy) && readFileSync(files.policy, 'utf8') !== policy
  const more = {
    OKTA_CLIENT_SCOPES: granted.join(' '),
    ...(answers.publicUrl === '' ? {} : { REENROLL_PUBLIC_HOOK_URL: answers.publicUrl }),
    ...(policy === '' && !existsSync(files.policy) ? {} : { REENROLL_POLICY_FILE: resolve(files.policy) })
  }
  if (keepsPolicy && policy !== '') io.out(`${files.policy} is kept. Your answers would make it:\n${policy}`)
  const verb = options.dryRun ? 'Would write' : 'Writing'
  io.out(
    [
      `${verb} ${files.env} (0600, mode ${settings.REENROLL_MODE}):`,
      ...changesOf(known, { ...settings, ...more })
    ].join('\n')
  )
  if (policy !== '' && !keepsPolicy) io.out(`${verb} ${files.policy}:\n${policy.trimEnd()}`)
  write(more)
  if (!options.dryRun && !keepsPolicy && policy !== '') writeFileSync(files.policy, policy)

  const env = { ...io.env, ...known, ...settings, ...more }
  const isStarting = answers.start === 'yes' && !options.dryRun
  let isOurs = false
  if (isStarting) {
    io.out('4. Service')
    const service = await openService({ ...io, env })
    isOurs = (await service.ask('/livez')) === null
    if (isOurs) await serve({ ...io, env }, 'warn')
    else io.out(`A service runs already at ${service.url}. Restart it if settings changed.`)
  }
  if (answers.publicUrl !== '' && answers.adminTokenFile !== '') {
    io.out('5. Event hooks')
    const hooks = { url: answers.publicUrl, adminTokenFile: answers.adminTokenFile, settle: '10m', check: true }
    // A dry run has written no policy; what init asks for it does not change the hooks.
    const { REENROLL_POLICY_FILE: path, ...others } = env
    const hookEnv = options.dryRun && path !== undefined && !existsSync(path) ? others : env
    await register({ ...io, env: hookEnv }, { ...hooks, ...(options.dryRun ? { dryRun: true as const } : {}) })
  }
  if (options.dryRun) return
  io.out('6. Check')
  for (const line of reportOf(examine(await gatherFindings(await loadSettingsAndPolicy(env), null, systemClock))))
    io.out(line)
  for (const line of nextSteps(answers, options.dir)) io.out(line)
  if (isStarting) {
    io.out(
      `${isOurs ? 'The service observes, until Ctrl-C. ' : ''}Pages: ${(await openService({ ...io, env })).url}; sign in with REENROLL_OPS_TOKEN of ${files.env}.`
    )
  }
}

function named(name: string, text: string | undefined): readonly (readonly [string, string])[] {
  return text ? [[name, text]] : []
}

/** The text of a file that a person named; empty without one. */
function contentOf(path: string): string {
  return path === '' ? '' : readFileSync(path, 'utf8').trim()
}

/** Why there is no text in it. */
function faultOf(path: string): string | null {
  try {
    return contentOf(path) === '' ? `${path} is empty` : null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return `${path} cannot be read (${code}); check the path and its permissions`
  }
}

/** The lines of `.env` that become others, without secrets. */
function changesOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>
): readonly string[] {
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value)
  if (changed.length === 0) return ['  nothing changes']
  return changed.map(([name, value]) => {
    const isSecret = SETTINGS.find((row) => row.name === name && 'secret' in row) !== undefined
    const was = before[name] === undefined || isSecret ? '' : ` (was ${before[name]})`
    return `  ${name}=${isSecret ? '(secret)' : value}${was}`
  })
}

/** The scopes, asked again while a person corrects the app. */
async function scopesOf(
  app: AppCredentials,
  open: (app: AppCredentials) => OktaOrg,
  talk: Talk,
  io: CliIo
): Promise<readonly string[]> {
  for (;;) {
    const found = await findScopes(app, open)
    if (found.ok && found.granted.includes('okta.users.read')) return found.granted
    const problem = found.ok
      ? 'The scope okta.users.read is not granted; grant it under Okta API Scopes, with the others of deploy/okta-setup.md.'
      : found.error.kind === 'unavailable'
        ? `The org does not answer. ${found.error.because} Check its address, and that this machine may reach it (DNS, proxy, firewall).`
        : `Signing in failed. ${found.error.because} Add the public key to the app ${app.clientId}: ${JSON.stringify(publicPartOf(JSON.parse(app.privateKey)))}`
    io.err(problem)
    if (!(await talk.wait('Press Enter to try again'))) {
      throw new CommandFailed(['Correct that, then run init again; it resumes from here.'])
    }
  }
}

async function askPolicy(
  talk: Talk,
  org: OktaOrg,
  granted: readonly string[],
  io: CliIo
): Promise<Pick<InitAnswers, 'absentSources' | 'trustedActors' | 'protectedGroups'>> {
  // Offered, never assumed: with risk declared absent, G2 knows only the risk that events name.
  const risk = granted.includes('okta.userRisk.read')
    ? 'risk needs Identity Threat Protection'
    : 'okta.userRisk.read is not granted: write risk if the org has no Identity Threat Protection, otherwise grant it'
  const absentSources = await talk.ask(
    'absentSources',
    `Sources that this org does not have, of ${SOURCES_AN_ORG_MAY_LACK.join(', ')} (${risk}; empty: it has all)`,
    '',
    (text) =>
      problemOfEach(itemsIn(text), (item) => SOURCES_AN_ORG_MAY_LACK.some((source) => source === item), 'a source')
  )
  const suspenders = await findSuspenders(org, systemClock)
  for (const { id, name, suspensions } of suspenders.slice(0, 10))
    io.out(`  ${id}  ${name} (suspensions: ${suspensions})`)
  const trustedActors =
    suspenders.length === 0
      ? ''
      : await talk.ask(
          'trustedActors',
          'Ids of actors whose suspensions are routine, such as an HR workflow',
          '',
          (text) =>
            problemOfEach(itemsIn(text), (item) => suspenders.some(({ id }) => id === item), 'one of these actors')
        )
  const groups = (await listGroups(org))?.map(({ name }) => name) ?? null
  if (groups) io.out(`  ${groups.length} groups, among them: ${groups.slice(0, 12).join(', ')}`)
  const protectedGroups = await talk.ask(
    'protectedGroups',
    'Groups whose members are never changed, such as executives',
    '',
    (text) =>
      problemOfEach(
        itemsIn(text, groups ?? []),
        (item) => groups === null || groups.includes(item),
        'a group of this org',
        groups ?? []
      )
  )
  return {
    absentSources: itemsIn(absentSources),
    trustedActors: itemsIn(trustedActors),
    protectedGroups: itemsIn(protectedGroups, groups ?? [])
  }
}

async function askHooks(
  talk: Talk,
  known: Readonly<Record<string, string>>,
  startUnlessSaid: string
): Promise<Pick<InitAnswers, 'publicUrl' | 'adminTokenFile' | 'start'>> {
  const publicUrl = await talk.ask(
    'publicUrl',
    'Public address of the event hook, such as https://reenroll.example.com/okta/event-hooks (empty: later)',
    known.REENROLL_PUBLIC_HOOK_URL ?? '',
    (text) => (text === '' ? null : errorOf('REENROLL_PUBLIC_HOOK_URL', text))
  )
  const start = await talk.ask('start', 'Start the service now (yes or no)', startUnlessSaid, (text) =>
    text === 'yes' || text === 'no' ? null : `${text} is neither yes nor no`
  )
  if (publicUrl === '') return { publicUrl, adminTokenFile: '', start }
  const adminTokenFile = await talk.ask(
    'adminTokenFile',
    'File with an API token of an admin, used once to register the event hooks (empty: later)',
    '',
    (text) => (text === '' || existsSync(text) ? null : `there is no file at ${text}`)
  )
  return { publicUrl, adminTokenFile, start }
}

function nextSteps({ publicUrl, adminTokenFile, start }: InitAnswers, dir: string): readonly string[] {
  const where = dir === '.' ? '' : `in ${dir}: `
  const address = publicUrl === '' ? '<public address>/okta/event-hooks' : publicUrl
  return [
    'Next:',
    `  ${where}npm start                      ${start === 'yes' ? 'starts it again' : 'the service observes; nothing is written in Okta'}`,
    ...(publicUrl !== '' && adminTokenFile !== ''
      ? []
      : [`  npx reenroll register --url ${address} --admin-token-file <file>`]),
    '  npx reenroll backtest --log 30d   what the policy would have done in the last 30 days'
  ]
}

/** The credentials as the settings read them; the values were checked one by one. */
function credentialsIn(settings: Env): AppCredentials {
  const read = readSettings(settings)
  if (!read.ok) throw new CommandFailed(read.errors)
  const { auth } = read.settings.okta
  if (auth.kind !== 'private_key')
    throw new CommandFailed(['OKTA_CLIENT_TOKEN: init sets up an app with a private key.'])
  return auth
}

/** What the row of a setting finds wrong with this text. */
function errorOf(name: string, text: string): string | null {
  if (text === '') return 'nothing was given'
  const rows = SETTINGS.filter((row) => row.name === name)
  const read = readRows(rows, { [name]: text })
  return read.errors()[0]?.replace(`${name}: `, '').replace(/\.$/, '') ?? null
}

function problemOfEach(
  items: readonly string[],
  isRight: (item: string) => boolean,
  what: string,
  known: readonly string[] = []
): string | null {
  const wrong = items.find((item) => !isRight(item))
  return wrong === undefined ? null : `${wrong} is not ${what}${suggestion(wrong, known)}`
}

/** A list of a file has a line for each item; a person writes commas, which a known name may have too. */
function itemsIn(text: string, known: readonly string[] = []): readonly string[] {
  const parts = text.split(text.includes('\n') ? '\n' : ',').map((item) => item.trim())
  const items: string[] = []
  for (let at = 0; at < parts.length; ) {
    const ends = parts.map((_, index) => index + 1).filter((end) => end > at + 1)
    const end = ends.find((each) => known.includes(parts.slice(at, each).join(', '))) ?? at + 1
    items.push(parts.slice(at, end).join(', '))
    at = end
  }
  return items.filter(Boolean)
}

/** Asks a person; an empty line takes what is known. */
function talkTo({ ask, err }: CliIo): Talk {
  if (!ask) throw new CommandFailed(['Standard input is not a terminal; give the answers with --answers <file>.'])
  return {
    async ask(_key, question, known, problem = () => null) {
      for (;;) {
        const text = (await ask(`${question}${known === '' ? '' : ` [${known}]`}: `)).trim() || known
        const wrong = problem(text)
        if (wrong === null) return text
        err(`${wrong}.`)
      }
    },
    async wait(what) {
      await ask(`${what}. `)
      return true
    }
  }
}

/** Takes the answers from a file. What it leaves out is taken as known. */
function talkFrom(path: string): Talk {
  const answers = readAnswers(path)
  return {
    async ask(key, _question, known, problem = () => null) {
      const given = answers[key]
      const text =
        given === undefined ? known : Array.isArray(given) ? given.map((item) => `${item}\n`).join('') : String(given)
      const wrong = problem(text)
      if (wrong !== null) throw new CommandFailed([`${path}: ${key}: ${wrong}.`])
      return text
    },
    wait: async () => false
  }
}

function readAnswers(path: string): Readonly<Partial<Record<keyof InitAnswers, string | readonly string[]>>> {
  let answers: unknown
  try {
    answers = parseYaml(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : 'unreadable'
    throw new CommandFailed([`--answers: ${path} cannot be read (${why}); name a YAML file of answers.`])
  }
  const known: readonly string[] = [...TEXT_ANSWERS, ...LIST_ANSWERS]
  const entries = Object.entries(typeof answers === 'object' && answers !== null ? answers : {})
  const errors = entries.flatMap(([key, value]) => {
    if (!known.includes(key)) return [`${path}: ${key} is not an answer${suggestion(key, known)}.`]
    const isList = LIST_ANSWERS.some((name) => name === key)
    const fits = isList
      ? Array.isArray(value) && value.every((item) => typeof item === 'string')
      : typeof value === 'string'
    return fits ? [] : [`${path}: ${key} must be ${isList ? 'a list of texts' : 'a text'}.`]
  })
  if (errors.length > 0) throw new CommandFailed(errors)
  return Object.fromEntries(entries)
}
