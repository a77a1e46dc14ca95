/** Command lines that newcomers and admins got wrong: each names what is wrong and what to do, without a stack, and fails. */
import { join } from 'node:path'
import t from 'tap'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { folderWith } from '../support/folder.ts'
import { OPS_TOKEN, say } from './recorder.ts'

const { client, privateJwk } = await newServiceApp('0oaWrongLines0000d7')
const folder = folderWith(t, {
  'keys.yaml': 'a: b\n',
  'list.yaml': '- a\n',
  'broken.yaml': ':: :\n - ]\n',
  'x.yaml': 'x: 1\n',
  'away.yaml': 'orgUrl: http://127.0.0.1:9\nclientId: 0oaAway\n',
  'env-folder/.env/x': '',
  'twice.yaml': 'guards: {}\nguards: {}\n',
  'no-time.json': '{"asked":"30d without groups","until":"x","people":[]}',
  'no-people.json': '{"asked":"30d without groups","until":"2026-11-01T00:00:00.000Z","people":[["00u1",{}]]}',
  'no-stretch.json': '{"asked":"30d","shapes":[]}',
  'no-shapes.json':
    '{"asked":"30d","stretch":{"since":"2026-11-01T00:00:00.000Z","until":"2026-11-01T00:00:00.000Z","doneUntil":"2026-11-01T00:00:00.000Z"},"shapes":[1]}',
  'large.yaml': `# ${'x'.repeat(300_000)}`,
  'empty.db': '',
  'num.yaml': 'orgUrl: 5\nclientId: []\n',
  'notes.db': 'hello\n'
})
const file = (name: string) => join(folder, name)
const ENV = {
  OKTA_CLIENT_ORGURL: 'http://127.0.0.1:9',
  OKTA_CLIENT_CLIENTID: client.clientId,
  OKTA_CLIENT_PRIVATEKEY: JSON.stringify(privateJwk),
  REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars',
  REENROLL_OPS_TOKEN: OPS_TOKEN,
  REENROLL_OPS_PORT: '0',
  REENROLL_STORE_URL: `sqlite:${file('none.db')}`
}
const HOOK = 'https://reenroll.example/okta/event-hooks'

const LINES: readonly (readonly [line: string, says: RegExp])[] = [
  ['explian', /unknown command 'explian'\n\(Did you mean explain\?\)/],
  ['--nope', /unknown option '--nope'/],
  ['help nope', /Usage: reenroll/],
  ['serve extra', /too many arguments for 'serve'/],
  ['demo --sign-in nobody', /--sign-in .*Allowed choices are token, okta/],
  ['demo --port abc', /--port: abc is not a valid port \(0-65535\)/],
  ['demo --port 99999', /--port: 99999 is not a valid port/],
  ['sandbox --port x', /--port: x is not a valid port/],
  ['sandbox --port 99999', /--port: 99999 is not a valid port/],
  ['sandbox --every x', /--every: x is not a valid duration; write 90s or 10m/],
  ['register', /required option '--url <url>'/],
  ['register --url x', /--url: x is not an https address/],
  [
    'register --url http://a.example/okta/event-hooks',
    /--url: .* is not an https address; Okta delivers over HTTPS only/
  ],
  ['sandbox --port 0 --write /dev/null/x', /\/dev\/null\/x cannot be used \(ENOTDIR\); check the path/],
  [`register --url ${HOOK} --settle x`, /--settle: x is not a valid duration; write 90s or 10m/],
  [`register --url ${HOOK} --admin-token-file /none`, /--admin-token-file: \/none cannot be read; check the path/],
  ['doctor --url x', /--url: x is not a web address; write https:/],
  ['discover --since x', /--since: not a valid duration; write at most 90d/],
  ['discover --since 400d', /--since: not a valid duration; write at most 90d/],
  ['discover --state /none/x', /--state: \/none\/x cannot be written \(ENOENT\); name a file in an existing folder/],
  [`discover --state ${folder}`, /--state: .* cannot be written \(EISDIR\)/],
  ['discover --examples /dev/null/x', /\/dev\/null\/x cannot be used \(ENOTDIR\)/],
  [`discover --state ${file('no-stretch.json')}`, /--state: .*no-stretch\.json cannot be read; delete it/],
  [`discover --state ${file('no-shapes.json')}`, /--state: .*no-shapes\.json cannot be read; delete it/],
  ['backtest --log x', /--log: not a valid duration; write at most 90d/],
  ['backtest --log 91d', /--log: not a valid duration; write at most 90d/],
  ['backtest --log 1d --limit x', /--limit: x is not a valid number of cases/],
  ['backtest --log 1d --sample 0', /--sample: 0 is not a valid number of cases/],
  ['backtest --log 30d --state /none/x', /--state: \/none\/x cannot be written \(ENOENT\)/],
  [`backtest --log 30d --state ${file('no-time.json')}`, /--state: .*no-time\.json cannot be read; delete it/],
  [`backtest --log 30d --state ${file('no-people.json')}`, /--state: .*no-people\.json cannot be read; delete it/],
  ['backtest --html /none/x', /--html: \/none\/x cannot be written \(ENOENT\)/],
  ['backtest --mode x', /--mode: x is not one of observe, propose, auto/],
  ['backtest --policy /none', /--policy: \/none cannot be read \(ENOENT\); check the path/],
  ['backtest --policy /dev/zero', /--policy: \/dev\/zero is not a file; name a policy file/],
  [`backtest --policy ${file('large.yaml')}`, /--policy: .* is larger than 256 KiB; name a policy file/],
  ['backtest --against /none', /--against: \/none cannot be read/],
  [`backtest --against ${file('keys.yaml')}`, /keys\.yaml, line 1: a/],
  [`backtest --against ${file('list.yaml')}`, /list\.yaml, line 1: /],
  [`backtest --against ${file('twice.yaml')}`, /twice\.yaml, line 2: /],
  ['backtest --store mysql://x', /^--store: the value is neither sqlite/],
  ['backtest', /REENROLL_STORE_URL: there is no store at .*none\.db; check the path/],
  ['policy', /Usage: reenroll policy/],
  ['policy apply --by kim', /missing required argument 'file'/],
  ['policy apply x', /required option '--by <name>'/],
  ['policy apply /none --by kim', /<file>: \/none cannot be read/],
  ['policy apply /dev/zero --by kim', /is not a file; name a policy file/],
  ['policy apply x --by=', /option '--by <name>' argument '' is invalid\. Write your name, in at most 256 characters/],
  ['policy rollback', /required option '--by <name>'/],
  ['policy rollback --by kim', /there is no store at .*none\.db; check the path/],
  ['explain', /No service runs, and there is no store at/],
  ['explain nobody', /No service runs, and there is no store at .*Check REENROLL_STORE_URL/],
  ['audit', /Usage: reenroll audit/],
  ['audit verify', /No service runs, and there is no store/],
  ['audit verify --expect x', /--expect: not a number and a hash; write seq:hash/],
  ['audit sign --by=', /option '--by <name>' argument '' is invalid\. Write your name/],
  ['audit sign', /required option '--by <name>'/],
  ['audit sign --by kim', /REENROLL_LEDGER_KEY: not set; make one with openssl/],
  ['migrate --store x', /unknown option '--store'/],
  ['copy', /required option '--from <url>'/],
  ['copy --from x --to y', /--from: not a SQLite store; write sqlite:/],
  ['copy --from sqlite:/none --to postgres://a/b', /--from: there is no file at \/none; check the path/],
  [`copy --from sqlite:${file('empty.db')} --to mysql://x`, /--to: not a PostgreSQL store; write postgres:/],
  ['tickets try', /missing required argument 'target'/],
  ['tickets try nobody', /The policy names no target nobody/],
  ['tickets chek', /unknown command 'chek'\n\(Did you mean check\?\)/],
  ['token create', /missing required argument 'name'/],
  ['token create x! --days 3', /command-argument value 'x!' is invalid for argument 'name'\. Use up to 60 letters/],
  [
    'token create x --days abc',
    /option '--days <days>' argument 'abc' is invalid\. Write a number of days from 1 to 365/
  ],
  ['token create x --days 366', /Write a number of days from 1 to 365/],
  ['token create x --role god', /--role .*Allowed choices are viewer, approver/],
  ['token list', /No service runs at .*; start it/],
  ['person export', /missing required argument 'user'/],
  ['person erase x --by=', /option '--by <name>' argument '' is invalid\. Write your name/],
  [`person export ${'x'.repeat(257)}`, /is invalid for argument 'user'\. Write an Okta user id or a login/],
  ['person erase x', /required option '--by <name>'/],
  ['person erase x --by kim --yes --dry-run', /'--yes' cannot be used with option '--dry-run'/],
  ['init', /Standard input is not a terminal; give the answers with --answers/],
  [`init --answers ${folder}`, /--answers: .* cannot be read \(EISDIR.*\); name a YAML file of answers/],
  [`init --answers ${file('num.yaml')}`, /num\.yaml: orgUrl must be a text\.\n.*clientId must be a text/],
  ['backtest --log 30d --limit 0', /--limit: 0 is not a valid number of cases; write a whole number from 1/],
  ['discover --since 2099-01-01', /--since: not a valid duration; write at most 90d/],
  ['explain ../../etc/passwd', /there is no store at/],
  [`policy apply ${folder} --by me`, /is not a file; name a policy file/],
  ['policy rollback --by me', /there is no store at .*none\.db; check the path/],
  ['rollout --days 17', /Allowed choices are 7, 30, 90/],
  [`sandbox --port 0 --write ${file('x.yaml')}`, /x\.yaml cannot be used \(EEXIST\)/],
  ['sandbox --port 99999', /--port: 99999 is not a valid port/],
  ['init --answers /none', /--answers: \/none cannot be read/],
  [
    `init --answers ${file('away.yaml')} --dir ${folder}`,
    /The org does not answer\. .*ECONNREFUSED.*\n.*run init again/
  ],
  [
    `init --answers ${file('away.yaml')} --dir ${file('env-folder')}`,
    /\.env cannot be read \(EISDIR\); make it a file/
  ],
  [`init --answers ${file('x.yaml')}`, /x\.yaml: x is not an answer/],
  [`init --answers ${file('broken.yaml')}`, /--answers: .*broken\.yaml cannot be read/],
  ['support-bundle --out /none/x', /--out: \/none\/x cannot be written \(ENOENT\)/]
]

/** A restore that went wrong: what is at the path of the store is no store. */
const STORES: readonly (readonly [path: string, says: RegExp])[] = [
  ['empty.db', /there is no store at .*empty\.db yet/],
  ['notes.db', /the file is not a database; restore the last backup/],
  ['env-folder', /is a folder; name a file in it/],
  ['notes.db/x.db', /there is no store at .*x\.db yet/]
]

for (const [path, says] of STORES) {
  t.test(`audit verify on ${path}`, async (t) => {
    const { exitCode, out, err } = await say(['audit', 'verify'], {
      ...ENV,
      REENROLL_STORE_URL: `sqlite:${file(path)}`
    })
    t.not(exitCode, 0)
    t.match(err, says)
    t.equal(out, '', 'and it is not called intact')
  })
}

for (const [line, says] of LINES) {
  t.test(line.replaceAll(folder, ''), async (t) => {
    const { exitCode, err } = await say(line.split(' '), ENV)
    t.not(exitCode, 0)
    t.match(err, says)
    t.notMatch(err, /^ +at |Internal error/m, 'no stack')
  })
}
