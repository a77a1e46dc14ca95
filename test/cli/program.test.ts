import { join } from 'node:path'
import t from 'tap'
import { COMMAND_NAMES } from '../../src/cli/program.ts'
import { say } from './recorder.ts'

t.test('--help lists every command', async (t) => {
  const { exitCode, out } = await say(['--help'])
  t.equal(exitCode, 0)
  for (const name of COMMAND_NAMES) t.match(out, new RegExp(`^  ${name}\\b`, 'm'))
})

t.test('each command has its own --help', async (t) => {
  for (const name of COMMAND_NAMES) {
    const { exitCode, out } = await say([name, '--help'])
    t.equal(exitCode, 0)
    t.match(out, new RegExp(`^Usage: reenroll ${name}\\b`), name)
  }
})

const CHANGING = [
  ...['init', 'register', 'migrate', 'copy', 'audit sign', 'policy apply', 'policy rollback'],
  ...['person erase', 'token create', 'token end']
]

t.test('each command that changes something in Okta or the store has a dry run', async (t) => {
  for (const command of CHANGING) t.match((await say([...command.split(' '), '--help'])).out, /--dry-run/, command)
})

t.test('a command that does not exist, and one without its argument, fail in one sentence', async (t) => {
  t.match(await say(['explian']), { exitCode: 1, err: /unknown command 'explian'/ })
  t.match(await say(['copy']), { exitCode: 1, err: /required option '--from <url>'/ })
  t.match(await say(['sandbox', '--port', 'x']), { exitCode: 1, err: /^--port: x is not a valid port \(0-65535\)\./ })
})

t.test('serve with nothing set lists every error and starts nothing', async (t) => {
  const { exitCode, out, err } = await say(['serve'])
  t.equal(exitCode, 1)
  t.equal(out, '')
  t.strictSame(
    err.split('\n').map((line) => line.split(' ')[0]),
    ['Configuration', 'OKTA_CLIENT_ORGURL:', 'OKTA_CLIENT_PRIVATEKEY:', 'REENROLL_HOOK_SECRETS:', 'REENROLL_OPS_TOKEN:']
  )
  t.notMatch(err, /^\s+at /m, 'no stack')
})

t.test('errors of settings and policy are listed together', async (t) => {
  const policy = join(t.testdir({ 'policy.yaml': 'guards:\n  stormUser: 1\n' }), 'policy.yaml')
  const { err } = await say(['serve'], { REENROLL_POLICY_FILE: policy })
  t.match(err, 'OKTA_CLIENT_ORGURL: not set')
  t.match(err, 'policy.yaml, line 2: guards.stormUser is unknown (did you mean stormUsers?).')
  t.match(
    (await say(['serve'], { REENROLL_POLICY_FILE: '/nowhere.yaml' })).err,
    /REENROLL_POLICY_FILE: \/nowhere\.yaml cannot be read \(ENOENT\)/
  )
})

t.test('--version and help do what they do elsewhere', async (t) => {
  t.match(await say(['--version']), { exitCode: 0, out: /^\d+\.\d+\.\d+/ })
  t.match(await say(['help']), { exitCode: 0, out: /Usage: reenroll <command>/ })
  t.match(await say(['help', 'register']), { exitCode: 0, out: /--admin-token-file/ })
})
