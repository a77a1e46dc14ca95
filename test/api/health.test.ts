import t from 'tap'
import { readiness } from '../../src/api/health.ts'

t.test('ready without trouble', async (t) => {
  t.strictSame(await readiness([]), { ready: true, reasons: [] })
  t.strictSame(await readiness([{ name: 'store', problem: async () => null }]), { ready: true, reasons: [] })
})

t.test('a check that never answers is a failed one', async (t) => {
  const checks = [{ name: 'okta', problem: () => new Promise<string | null>(() => {}) }]
  t.strictSame(await readiness(checks, 5), { ready: false, reasons: ['okta: no result within 5 ms'] })
})

t.test('a check that throws at once does not take the page down, nor show its error', async (t) => {
  const checks = [
    {
      name: 'okta',
      problem: (): Promise<string | null> => {
        throw new Error('getaddrinfo acme.okta.com')
      }
    }
  ]
  t.strictSame(await readiness(checks), { ready: false, reasons: ['okta: the check failed'] })
})
