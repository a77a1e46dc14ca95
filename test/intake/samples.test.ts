import t from 'tap'
import type { Failure } from '../../src/domain/vocabulary.ts'
import { brief, readFixture } from './build.ts'

t.test('every sample delivery ends where it should', async (t) => {
  const expected: Record<string, string[]> = {
    'suspended-user': ['failure high'],
    duplicate: ['failure high'],
    'admin-user': ['failure high'],
    'ios-backup-restore': ['failure high'],
    jailbroken: ['failure high'],
    'iphone15-ios17': ['failure high'],
    preview: ['failure high'],
    'risky-context': ['failure high'],
    'sparse-legacy-shape': ['failure medium'],
    'irrelevant-event': ['skipped not_listed'],
    'batch-mixed': ['failure high', 'recovery', 'failure high', 'skipped not_okta_verify', 'signal'],
    'burst-outage': Array.from({ length: 12 }, () => 'failure high')
  }
  for (const [name, kinds] of Object.entries(expected)) t.same(readFixture(name).map(brief), kinds, name)
})

t.test('a suspended user is named with id, login and name', async (t) => {
  const [failure] = readFixture('suspended-user') as Failure[]
  t.same(failure?.subject, {
    id: '00u7zXRk9fcsiaiEvJd7',
    login: 'dana.suspended@example.com',
    name: 'Dana Suspended'
  })
  t.equal(failure?.actedForAnother, false)
  t.equal(failure?.preview, false)
  t.equal(failure?.transactionId, '4ba677d95424d4866c6d1463fbf6cfa9')
})

t.test('a redelivery reads like the first delivery', async (t) => {
  t.same(readFixture('duplicate'), readFixture('suspended-user'))
})

t.test('a restored phone is put together from its target and the app', async (t) => {
  const [failure] = readFixture('ios-backup-restore') as Failure[]
  t.match(failure?.device, {
    id: 'guoVFFDnQIIBHR3H24d7',
    name: 'Riley iPhone',
    platform: 'IOS',
    osVersion: '18.5',
    model: 'iPhone17,1',
    managed: false,
    jailbroken: null
  })
})

t.test('a jailbroken phone and an iPhone 15 on iOS 17 are recognised', async (t) => {
  const [jailbroken] = readFixture('jailbroken') as Failure[]
  t.equal(jailbroken?.device.jailbroken, true)
  const [iphone15] = readFixture('iphone15-ios17') as Failure[]
  t.match(iphone15?.device, { model: 'iPhone15,4', osVersion: '17.0.3', jailbroken: false })
})

t.test('a preview is marked', async (t) => {
  const [failure] = readFixture('preview') as Failure[]
  t.equal(failure?.preview, true)
})

t.test('every risk of the risky delivery is seen', async (t) => {
  const [failure] = readFixture('risky-context') as Failure[]
  t.match(failure?.context, {
    ip: '203.0.113.66',
    country: 'Netherlands',
    anonymizer: 'yes',
    threat: 'yes',
    unusual: 'yes',
    risk: 'HIGH',
    appVersion: '8.1.0'
  })
})

t.test('a sparse event of Okta itself is about its target, and says nothing of place and device', async (t) => {
  const [failure] = readFixture('sparse-legacy-shape') as Failure[]
  t.equal(failure?.subject.login, 'lee.legacy@example.com')
  t.equal(failure?.actedForAnother, false)
  t.equal(failure?.transactionId, null)
  t.match(failure?.context, { ip: null, country: null, asNumber: null, anonymizer: 'unknown', unusual: 'unknown' })
  t.match(failure?.device, { id: null, platform: 'unknown', managed: null, jailbroken: null })
})

t.test('twelve users fail in the burst, each for themselves', async (t) => {
  const logins = (readFixture('burst-outage') as Failure[]).map((failure) => failure.subject.login)
  t.equal(new Set(logins).size, 12)
})
