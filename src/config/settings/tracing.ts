/** The `OTEL_*` settings: whether spans are exported, where to, and how many. Names and meaning are OpenTelemetry's own. */
import { choiceOf, type Setting, type SettingsSource, type TextCheck, textLike } from './setting.ts'

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio'
] as const

export interface TracingSettings {
  /** Of the collector, with its path. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly resource: Readonly<Record<string, string>>
  readonly sampler: (typeof SAMPLERS)[number]
  /** Share of the traces that are kept, for the two ratio samplers. */
  readonly ratio: number
}

const collectorUrl: TextCheck = (text) =>
  /^https?:\/\/./.test(text) && URL.canParse(text)
    ? null
    : `${text} is not a web address; write it as http://collector:4318`

/** Never quoted: headers carry credentials. */
const pairList: TextCheck = (text) =>
  pairsIn(text) === null ? 'the value cannot be read; write key=value,key=value' : null

export const TRACING_SETTINGS = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    meaning:
      'Collector that traces are sent to, OTLP over HTTP (JSON); `/v1/traces` is added. Without it nothing is traced.',
    example: 'http://collector:4318',
    check: collectorUrl
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    meaning: 'The same for traces alone, taken as it is, with its path.',
    example: 'http://collector:4318/v1/traces',
    check: collectorUrl
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    meaning: 'Headers for the collector, such as its credentials: `key=value,key=value`.',
    secret: true,
    check: pairList
  },
  {
    name: 'OTEL_SERVICE_NAME',
    default: 'reenroll',
    meaning: 'Name of the service in traces.'
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    meaning: 'What else every span says of this process: `key=value,key=value`.',
    example: 'deployment.environment.name=production',
    check: pairList
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    meaning:
      'Which traces are kept: `always_on`, `always_off` or `traceidratio`, each also as `parentbased_…`, which means the same here. All replicas decide alike.',
    example: 'parentbased_traceidratio',
    check: choiceOf(SAMPLERS)
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    needed: 'with a ratio',
    meaning: 'Share of the traces to keep, from 0 to 1.',
    example: '0.1',
    check: textLike(/^(0(\.\d+)?|1(\.0+)?|\.\d+)$/, 'a share of the traces, from 0 to 1')
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    default: 'otlp',
    meaning: '`otlp`, or `none` to trace nothing.'
  },
  {
    name: 'OTEL_SDK_DISABLED',
    default: 'false',
    meaning: '`true` traces nothing, whatever else is set.'
  }
] as const satisfies readonly Setting[]

/** Reads `OTEL_*`; null when nothing is traced. */
export function readTracing(source: SettingsSource): TracingSettings | null {
  const sampler = SAMPLERS.find((name) => name === source.get('OTEL_TRACES_SAMPLER')) ?? 'parentbased_always_on'
  const url = urlIn(source)
  const isOff =
    source.text('OTEL_SDK_DISABLED').toLowerCase() === 'true' || source.get('OTEL_TRACES_EXPORTER') === 'none'
  if (url === null || isOff || sampler.endsWith('always_off')) return null
  return {
    url,
    headers: pairsIn(source.text('OTEL_EXPORTER_OTLP_HEADERS')) ?? {},
    serviceName: source.text('OTEL_SERVICE_NAME'),
    resource: pairsIn(source.text('OTEL_RESOURCE_ATTRIBUTES')) ?? {},
    sampler,
    ratio: Number(source.get('OTEL_TRACES_SAMPLER_ARG') ?? 1)
  }
}

/** The address for all signals gets the path of this one; an address for traces alone is taken as it is. */
function urlIn(source: SettingsSource): string | null {
  const all = source.get('OTEL_EXPORTER_OTLP_ENDPOINT')
  const forTraces = source.get('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  return forTraces ?? (all === null ? null : `${all.replace(/\/+$/, '')}/v1/traces`)
}

/** `key=value,key=value`, percent-encoded; null when it is not. */
function pairsIn(text: string): Readonly<Record<string, string>> | null {
  try {
    const pairs = text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [])
    if (pairs.some(([, key]) => key === undefined)) return null
    return Object.fromEntries(pairs.map(([, key, value]) => [key, decodeURIComponent(value ?? '')]))
  } catch {
    return null
  }
}
