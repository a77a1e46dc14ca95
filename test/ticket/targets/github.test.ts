import t from 'tap'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { type OpenTarget, personContract, targetContract } from '../../contract/ticket-target.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'

const open: OpenTarget = async (t, clock, perMinute) => {
  const fake = await openGitHub(t, { clock, ...(perMinute ? { perMinute } : {}) })
  const settings = () => ({ system: 'github', url: fake.url, repository: 'acme/ops' }) as const
  return { fake, make: (deps) => createGitHubTarget('tracker', settings(), GITHUB_TOKEN, deps) }
}

t.test('a target like any other', (t) => targetContract(t, open))
t.test('people work in it too', (t) => personContract(t, open))
