/** Reads Prometheus' text format strictly: a line that fits neither grammar throws. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"/g
const COMMENT = /^# (?:HELP [a-zA-Z_:][\w:]* .+|TYPE [a-zA-Z_:][\w:]* (?:counter|gauge|histogram|summary))$/

export function samplesOf(text: string): readonly Sample[] {
  const samples = text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap(readLine)
  const series = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
  if (new Set(series).size !== series.length) throw new Error('a series is there twice')
  return samples
}

function readLine(line: string): readonly Sample[] {
  if (line.startsWith('#')) {
    if (!COMMENT.test(line)) throw new Error(`no comment of the format: ${line}`)
    return []
  }
  const [, name, labels = '', number] = SAMPLE.exec(line) ?? []
  if (!name || number === undefined || Number.isNaN(Number(number))) throw new Error(`no sample: ${line}`)
  return [
    {
      name,
      labels: Object.fromEntries([...labels.matchAll(LABEL)].map((m) => [m[1] ?? '', m[2] ?? ''])),
      value: Number(number)
    }
  ]
}
