import t from 'tap'
import { bold, code, line, paragraph } from '../../../src/ticket/format/document.ts'
import { mrkdwnOf, plainTextOf } from '../../../src/ticket/format/text.ts'

const AT = '2026-06-16T00:00:00.000Z'

t.test('Slack shows a time in the zone of the reader', async (t) => {
  const shown = '<!date^1781568000^{date_short_pretty} {time}|2026-06-16 00:00 UTC>'
  t.equal(mrkdwnOf([paragraph('Approve before 2026-06-16 00:00 UTC, please.')]), `Approve before ${shown}, please.`)
  t.equal(mrkdwnOf([paragraph(`Suspended at ${AT}.`)]), `Suspended at ${shown}.`)
  t.equal(mrkdwnOf([paragraph([bold('2026-06-16 00:00 UTC')])]), `*${shown}*`)
})

t.test('what is no time, or a value of others, stays as it is', async (t) => {
  t.equal(mrkdwnOf([paragraph('2026-99-99 00:00 UTC and 2026-06-16')]), '2026-99-99 00:00 UTC and 2026-06-16')
  t.equal(mrkdwnOf([paragraph(line`of ${code(AT)}`)]), `of \`${AT}\``)
  t.equal(plainTextOf([paragraph(`at ${AT}`)]), `at ${AT}`)
})
