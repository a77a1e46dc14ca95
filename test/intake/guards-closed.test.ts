/** What cannot be read is never read as harmless: the guards see "unknown" or worse (DESIGN §2, facts §6.1). */
import t from 'tap'
import type { EventContext } from '../../src/domain/vocabulary.ts'
import { anEvent, brief, OKTA_VERIFY, read, readFailure, USER, withDebug } from './build.ts'

const OV = [USER, OKTA_VERIFY]
function contextOf(debugData: Record<string, unknown>, securityContext: unknown = {}): EventContext {
  return readFailure(withDebug(debugData, { securityContext })).context
}

t.test('G5: a behaviour whose result cannot be read answers nothing, whatever the others say', async (t) => {
  const rows: [unknown, EventContext['unusual']][] = [
    ['{New Device=NEGATIVE, Velocity=}', 'unknown'],
    ['{New Device=NEGATIVE, Velocity}', 'unknown'],
    ['{New Device=NEGATIVE, Velocity=5}', 'unknown'],
    ['{New Device=NEGATIVE, Velocity=NEG', 'unknown'],
    [{ 'New Device': 'NEGATIVE', Velocity: 7 }, 'unknown'],
    [{ 'New Device': 'NEGATIVE', Velocity: null }, 'unknown'],
    ['{Named, with a comma=NEGATIVE}', 'unknown'],
    ['{Velocity=, New Device=POSITIVE}', 'yes'],
    ['{"New Device": "NEGATIVE", "Velocity": "NEGATIVE"}', 'no'],
    ['{New IP=POSITIVE, New Device=NEGATIVE, New Country=NEGATIVE}', 'no'],
    ['{New IP=POSITIVE, New Country=POSITIVE}', 'yes'],
    ['{New IP=POSITIVE}', 'unknown'],
    ['{ New Device=NEGATIVE , Velocity=NEGATIVE }', 'no']
  ]
  for (const [behaviors, expected] of rows)
    t.equal(contextOf({ behaviors }).unusual, expected, JSON.stringify(behaviors))
})

t.test('G5: a lone behaviour where a list belongs is heard', async (t) => {
  const lone = (result: unknown) => contextOf({ behaviors: '{New Device=NEGATIVE}' }, { userBehaviors: result }).unusual
  t.equal(lone({ name: 'New Country', result: 'POSITIVE' }), 'yes')
  t.equal(lone({ name: 'New Country' }), 'unknown')
  t.equal(lone({ name: 'New IP', result: 'POSITIVE' }), 'no', 'a new address alone is ordinary')
  t.equal(lone('POSITIVE'), 'unknown')
  for (const nothing of [null, undefined, '', 'null', []]) t.equal(lone(nothing), 'no', JSON.stringify(nothing))
})

t.test('G2: LOW needs every place to say LOW; the highest known level counts', async (t) => {
  const rows: [unknown, unknown, EventContext['risk']][] = [
    ['{level=LOW}', 'LOW', 'LOW'],
    ['{level=LOW}', null, 'LOW'],
    ['{level=LOW}', 'unknown', 'LOW'],
    ['{level=LOW}', 'CRITICAL', 'unknown'],
    ['{level=CRITICAL}', 'LOW', 'unknown'],
    ['{level=9}', 'LOW', 'unknown'],
    ['{level=CRITICAL}', 'MEDIUM', 'MEDIUM'],
    ['{level=LOW, level=HIGH}', null, 'HIGH'],
    ['{previousLevel=HIGH, level=LOW}', null, 'LOW']
  ]
  for (const [risk, level, expected] of rows) {
    t.equal(contextOf({ risk }, { risk: { level } }).risk, expected, `${risk} ${level}`)
  }
})

t.test('G4: service categories count in any shape', async (t) => {
  const answer = (ipServiceCategories: unknown) =>
    contextOf({}, { isProxy: false, ipDetails: { ipServiceCategories } }).anonymizer
  for (const shape of [{ TOR: true }, { isAnonymous: true, type: 'Tor' }, 'TOR', [null], ['VPN']]) {
    t.equal(answer(shape), 'yes', JSON.stringify(shape))
  }
  for (const nothing of [null, undefined, [], '', 'null']) t.equal(answer(nothing), 'no', JSON.stringify(nothing))
})

t.test('G11: devices with two serial numbers are two, and a no about management outweighs a yes', async (t) => {
  const phone = {
    type: 'UDDevice',
    displayName: 'Dana iPhone',
    detailEntry: { osPlatform: 'IOS', serialNumber: 'SN1' }
  }
  const deviceOf = (target: unknown, device: unknown) => readFailure(anEvent({ target: [USER, target], device })).device
  const other = { id: 'guoOTHER', name: 'iPhone15,4', os_platform: 'IOS', serial_number: 'SN2', managed: true }
  t.match(deviceOf(phone, other), { id: null, name: 'Dana iPhone', model: null, serialNumber: 'SN1', managed: null })
  t.match(deviceOf(phone, { ...other, serial_number: 'SN1' }), { id: 'guoOTHER', model: 'iPhone15,4', managed: true })
  const says = (managed: unknown) => ({ ...phone, detailEntry: { ...phone.detailEntry, managed } })
  t.equal(deviceOf(says('true'), { managed: false }).managed, false)
  t.equal(deviceOf(says('false'), { managed: true }).managed, false)
  t.equal(deviceOf(says('true'), { managed: true }).managed, true)
  t.equal(deviceOf(says('maybe'), { managed: null }).managed, null)
})

t.test('G13: the text "null" is no result, so that the failure stays weak', async (t) => {
  for (const result of ['null', 'NULL', ' null ']) {
    t.equal(brief(read(anEvent({ target: OV, outcome: { result } }))), 'failure low', result)
    t.equal(readFailure(anEvent({ target: OV, outcome: { result } })).result, null)
  }
  t.equal(readFailure(anEvent({ target: OV, outcome: { result: 'unknown' } })).result, 'UNKNOWN', 'which is one')
})

t.test('a result that grows in capitals stays within the limit of all texts', async (t) => {
  const { result } = readFailure(anEvent({ target: OV, outcome: { result: '\u0390'.repeat(500) } }))
  t.ok(result !== null && result.length <= 500, `${result?.length} characters`)
})
