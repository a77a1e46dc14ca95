/** The User-Agents of people in the simulated org are those of real apps, so intake must read each of them. */
import t from 'tap'
import { readAppAgent } from '../../src/intake/classify/event-device.ts'
import { clientOf, homeNetwork, IPHONE, MACBOOK, NEW_IPHONE, PIXEL, THINKPAD } from '../../src/sandbox/org/log-event.ts'

for (const phone of [IPHONE, NEW_IPHONE, PIXEL, MACBOOK, THINKPAD]) {
  t.test(`a failure on ${phone.displayName} names its platform, system and model`, async (t) => {
    const { userAgent, device } = clientOf(homeNetwork(1), phone)
    const { platform, osVersion, model } = phone
    t.match(readAppAgent(userAgent.rawUserAgent), { platform, osVersion, model })
    t.equal(device, platform === 'IOS' || platform === 'ANDROID' ? 'Mobile' : 'Computer')
  })
}
