import t from 'tap'
import { renderChart } from './chart.ts'

t.test('a chart has a named line through every point, inside its plot', async (t) => {
  const lines = [
    { name: 'plain', points: [[1, 900] as const, [10, 3_900] as const, [100, 4_000] as const] },
    { name: 'ours & theirs', points: [[1, 0] as const, [100, 2_000] as const] }
  ]
  const svg = renderChart({ suite: 'ingest', name: 'x', title: 'per second', across: 'connections', lines })
  const drawn = [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points = '']) => points)
  t.same(drawn, ['70,251 290,53 510,46', '70,310 510,178'])
  t.match(svg, /ours &amp; theirs/)
})
