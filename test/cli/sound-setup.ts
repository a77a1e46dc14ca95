/** For the tests of `doctor`: a set-up in which nothing is wrong, to be broken in one way at a time. */
import { join } from 'node:path'
import type { Test } from 'tap'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { systemClock } from '../../src/domain/time.ts'
import type { SandboxOptions } from '../../src/sandbox/server/server.ts'
import { OLD_SECRET, orgBeside } from './org-beside.ts'
import { say } from './recorder.ts'

export const APP = await newServiceApp('0oaDoctor000000000d7')
export const ACTUATOR = await newServiceApp('0oaDoctorWrites000d7')
export const { privateJwk: STRANGER } = await newServiceApp('0oaUnknown00000000d7')

/** A set-up in which nothing is wrong: service app, both hooks, the listener, a store on disk. */
export async function soundSetup(t: Test, clock = systemClock, sandbox: Partial<SandboxOptions> = {}) {
  const world = await orgBeside(t, { clients: [APP.client, ACTUATOR.client], clock, ...sandbox })
  const user = world.org.addUser()
  const env: Record<string, string> = {
    OKTA_CLIENT_ORGURL: world.sandbox.url,
    OKTA_CLIENT_CLIENTID: APP.client.clientId,
    OKTA_CLIENT_PRIVATEKEY: JSON.stringify(APP.privateJwk),
    OKTA_CLIENT_SCOPES: APP.client.scopes.join(' '),
    REENROLL_HOOK_SECRETS: OLD_SECRET,
    REENROLL_OPS_TOKEN: world.env.REENROLL_OPS_TOKEN,
    REENROLL_OPS_PORT: '0',
    REENROLL_MODE: 'auto',
    REENROLL_STORE_URL: `sqlite:${join(t.testdir(), 'reenroll.db')}`,
    REENROLL_LEDGER_KEY: 'a-key-of-the-ledger-0123456789'
  }
  await say(['register', '--url', world.hookUrl], world.env)
  const [failures, signals] = [...world.org.hooks.values()]
  if (!failures || !signals) throw new Error('register made no hooks')
  return { ...world, env, user, failures, signals }
}

export type Setup = Awaited<ReturnType<typeof soundSetup>>

/** The one app of the set-up, no longer asking for the scopes of writes. */
export const readsOnly = () => ({
  OKTA_CLIENT_SCOPES: APP.client.scopes.filter((scope) => !/^okta\.(users|devices)\.manage$/.test(scope)).join(' ')
})
/** Settings of an app that writes. */
export const actuator = (clientId: string, key: object) => ({
  REENROLL_ACTUATOR_CLIENTID: clientId,
  REENROLL_ACTUATOR_PRIVATEKEY: JSON.stringify(key)
})
