/** Something that answers where a service would; each test says what. */

import { createServer } from 'node:http'
import type { Test } from 'tap'
import type { Env } from '../../src/config/settings/setting.ts'
import { listen } from '../support/loopback.ts'
import { OPS_TOKEN } from './recorder.ts'

export type Answers = (path: string, token: string | undefined) => { status: number; body: unknown }

/** Listens on a free port until the test ends; gives the settings that lead to it. */
export async function fakeService(t: Test, answers: Answers): Promise<Env> {
  const server = createServer((request, response) => {
    const { status, body } = answers(request.url ?? '', request.headers.authorization)
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  const port = await listen(t, server)
  return {
    REENROLL_OPS_TOKEN: OPS_TOKEN,
    REENROLL_OPS_PORT: String(port),
    REENROLL_STORE_URL: 'sqlite:nowhere/none.db'
  }
}
