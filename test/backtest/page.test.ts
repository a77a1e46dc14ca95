import t from 'tap'
import { type BacktestResult, type BacktestSubject, backtestPage } from '../../src/review/backtest-page.ts'

const SUBJECT: BacktestSubject = {
  at: '2026-06-15T14:03:11.204Z',
  policy: 'policy.yaml',
  against: null,
  ceiling: 'auto',
  from: 'the store'
}
const RESULT: BacktestResult = {
  cases: 3,
  leftOut: { no_evidence: 2 },
  automaticWrites: 1,
  rows: [
    { cause: 'account_suspended', rule: 'suspended', outcome: 'unsuspend_user, propose', count: 2 },
    { cause: 'unknown', rule: 'unknown', outcome: 'ticket', count: 1 }
  ],
  against: null
}

/** The words of the page, a line per row. */
function wordsOf(page: string): string {
  const body = page.slice(page.indexOf('<main>'))
  const lines = body.split(/<\/tr>|<\/p>|<\/h\d>|<\/div>|<\/caption>/)
  const words = lines.map((line) =>
    line
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
  )
  return words.filter(Boolean).join('\n')
}

t.test('the page in words', async (t) => {
  t.equal(
    wordsOf(backtestPage(RESULT, SUBJECT)),
    [
      'Backtest',
      'What policy.yaml would have done, over cases from the store . Created 2026-06-15 14:03:11 UTC. Nothing was written to Okta.',
      'Cases 3',
      'Not replayed: no evidence 2',
      'Automatic writes 1',
      'Ceiling auto',
      'All cases',
      'Cause Cases Share Rule Outcome',
      'account_suspended 2 67 % suspended unsuspend_user, propose',
      'unknown 1 33 % unknown ticket'
    ].join('\n')
  )
})

t.test('with another policy: what changes comes first, and no change is said', async (t) => {
  const change = {
    rule: 'suspended',
    before: 'ticket',
    after: 'unsuspend_user, auto',
    count: 2,
    examples: ['RE-A', 'RE-B']
  }
  const subject = { ...SUBJECT, against: 'other.yaml' }
  const page = wordsOf(backtestPage({ ...RESULT, against: { automaticWrites: 3, changes: [change] } }, subject))
  t.match(page, /what other\.yaml would change/)
  t.match(page, /Automatic writes 1 → 3/)
  t.match(
    page,
    /2 cases with another result\nRule Cases Before After Examples\nsuspended 2 ticket unsuspend_user, auto RE-A RE-B/
  )
  const same = wordsOf(backtestPage({ ...RESULT, against: { automaticWrites: 1, changes: [] } }, subject))
  t.match(same, /Changes\nNone\.\nAll cases, before/)
})

t.test('without any case it says so', async (t) => {
  t.match(wordsOf(backtestPage({ ...RESULT, cases: 0, rows: [] }, SUBJECT)), /No cases\.$/)
})

t.test('text of strangers stays text, wherever it stands', async (t) => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'
  const page = backtestPage(
    {
      cases: 1,
      leftOut: { [evil]: 1 },
      automaticWrites: 0,
      rows: [{ cause: evil, rule: evil, outcome: evil, count: 1 }],
      against: { automaticWrites: 0, changes: [{ rule: evil, before: evil, after: evil, count: 1, examples: [evil] }] }
    },
    { ...SUBJECT, policy: evil, against: evil, from: evil }
  )
  t.notMatch(page, /<script|<img|\u202e/)
  t.equal(page.split('onerror&#61;alert(1)').length - 1, 12, 'and it is there to be read')
  t.equal(page.match(/<title>/g)?.length, 1)
})
