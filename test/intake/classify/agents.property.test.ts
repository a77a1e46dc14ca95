/** Okta Verify's User-Agents, real ones and damaged ones. */

import t from 'tap'
import { readAppAgent } from '../../../src/intake/classify/event-device.ts'
import { fc } from '../../support/properties.ts'
import { AGENTS, INSTANCE_ID } from './agents.ts'

for (const { what, agent, read } of AGENTS) {
  t.test(`${what} is read`, async (t) => {
    t.strictSame(readAppAgent(agent), read)
  })
}

const agent = fc.constantFrom(...AGENTS.map((row) => row.agent))

t.test(
  'an agent that is cut anywhere never names another platform or a longer model, nor the instance id',
  async () => {
    fc.assert(
      fc.property(fc.constantFrom(...AGENTS), fc.nat(160), ({ agent, read }, end) => {
        const found = readAppAgent(agent.slice(0, end))
        return (
          found === null ||
          (found.platform === read.platform && (found.model === null || (read.model ?? '').startsWith(found.model)))
        )
      })
    )
  }
)

t.test('parts in another order, renamed or doubled cost at most themselves, and never throw', async () => {
  fc.assert(
    fc.property(agent, fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), fc.string(), (agent, order, noise) => {
      const parts = agent.split(' ')
      const shuffled = parts.map((part, index) => ({ part, at: order[index % 8] ?? 0 })).sort((a, b) => a.at - b.at)
      const found = readAppAgent([...shuffled.map(({ part }) => part), noise].join(' '))
      return !JSON.stringify(found).includes(INSTANCE_ID)
    })
  )
})

t.test('an instance id where a version belongs is dropped too', async (t) => {
  for (const agent of [
    `com.okta.mobile/9.1.0 DeviceAuthenticator/1.2.4 macOS/Version ${INSTANCE_ID} 14.2.1 Apple/Mac15,6`,
    `com.okta.mobile/${INSTANCE_ID} iOS/18.5 Apple/iPhone14,5`,
    `com.okta.mobile/9.1.0 iOS/${INSTANCE_ID} Apple/iPhone14,5`
  ]) {
    t.notMatch(JSON.stringify(readAppAgent(agent)), INSTANCE_ID)
  }
})

t.test('the instance id is never part of what is read, in whatever letters', async () => {
  fc.assert(
    fc.property(fc.uuid(), fc.boolean(), (id, upper) => {
      const shown = upper ? id.toUpperCase() : id
      const found = readAppAgent(`com.okta.mobile/9.56.1 OktaDeviceSDK/0.0.1 iOS/18.5 Apple/iPhone14,5 ${shown}`)
      return found?.model === 'iPhone14,5'
    })
  )
})

t.test('any text is read or is not an agent; nothing throws', async () => {
  fc.assert(fc.property(fc.string({ maxLength: 800 }), (text) => readAppAgent(text) === null || true))
})
