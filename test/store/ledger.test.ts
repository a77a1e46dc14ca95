import t from 'tap'
import type { LedgerRow } from '../../src/domain/ledger.ts'
import { chain, GENESIS, verifyChain, withoutReasons } from '../../src/store/ledger.ts'
import { fc } from '../support/properties.ts'
import { aLine } from './build.ts'

function aChain(count: number): LedgerRow[] {
  const rows: LedgerRow[] = []
  for (let n = 1; n <= count; n++) {
    rows.push(chain(rows.at(-1)?.hash ?? GENESIS.hash, aLine({ entry: { n } }), n))
  }
  return rows
}

t.test('the first line follows 64 zeros', (t) => {
  t.match(aChain(1)[0], { seq: 1, prevHash: '0'.repeat(64), hash: /^[0-9a-f]{64}$/ })
  t.equal(verifyChain([]), null)
  t.equal(verifyChain(aChain(4)), null)
  t.end()
})

t.test('the order of keys does not matter, their values do', (t) => {
  const hash = (entry: Record<string, unknown>) => chain(GENESIS.hash, aLine({ entry }), 1).hash
  t.equal(hash({ a: 1, b: { c: 2, d: 3 } }), hash({ b: { d: 3, c: 2 }, a: 1 }))
  t.not(hash({ a: 1 }), hash({ a: 2 }))
  t.end()
})

t.test('any change of any field of any line is found, at that line', (t) => {
  const changes: ((row: LedgerRow) => LedgerRow)[] = [
    (row) => ({ ...row, at: '2026-06-15T12:00:00.001Z' }),
    (row) => ({ ...row, kind: 'write' }),
    (row) => ({ ...row, caseId: null }),
    (row) => ({ ...row, by: 'somebody' }),
    (row) => ({ ...row, entry: { n: 99 } }),
    (row) => ({ ...row, hash: row.hash.replace(/^./, (first) => (first === '0' ? '1' : '0')) }),
    (row) => ({ ...row, prevHash: GENESIS.hash.replace(/^./, 'f') })
  ]
  for (const change of changes) {
    for (const broken of [1, 3, 5]) {
      const rows = aChain(5).map((row) => (row.seq === broken ? change(row) : row))
      t.equal(verifyChain(rows), broken, `${change}`)
    }
  }
  t.end()
})

t.test('a line left out, put in, or moved is found', (t) => {
  const rows = aChain(5)
  t.equal(verifyChain(rows.filter((row) => row.seq !== 3)), 4)
  t.equal(verifyChain(rows.toReversed()), 5)
  const forged = chain(rows[1]?.hash ?? '', aLine({ by: 'forger' }), 3)
  t.equal(verifyChain([...rows.slice(0, 2), forged, ...rows.slice(3)]), 4, 'a forged line breaks the one after it')
  t.end()
})

t.test('whatever JSON an entry holds, its line can be stored as JSON and still be proved', (t) => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      fc.string({ unit: 'binary' }),
      (entry, by) => {
        const stored: LedgerRow = JSON.parse(JSON.stringify(chain(GENESIS.hash, aLine({ entry, by }), 1)))
        return verifyChain([stored]) === null
      }
    )
  )
  t.end()
})

t.test('the reasons that people typed can be erased, and the chain still holds; anything else is found', (t) => {
  const overrides = [{ guard: 'G2', because: 'Anna called me from home' }]
  const entries = [{ hash: 'h', because: 'Anna Berg is on holiday' }, { overrides }, { rule: 'unknown' }]
  const rows: LedgerRow[] = []
  for (const entry of entries) rows.push(chain(rows.at(-1)?.hash ?? GENESIS.hash, aLine({ entry }), rows.length + 1))
  const erased = rows.map(withoutReasons)
  t.notMatch(JSON.stringify(erased), /Anna/)
  t.match(erased[1]?.entry, { overrides: [{ guard: 'G2', because: { erased: /^[0-9a-f]{64}$/ } }] })
  t.equal(verifyChain(erased), null)
  t.equal(verifyChain(erased.map(withoutReasons)), null, 'twice is once')
  t.equal(verifyChain([{ ...erased[0], entry: { hash: 'h', because: 'another reason' } } as LedgerRow]), 1)
  t.equal(verifyChain([{ ...erased[0], entry: { hash: 'h' } } as LedgerRow]), 1, 'not even the seal can be left out')
  t.end()
})
