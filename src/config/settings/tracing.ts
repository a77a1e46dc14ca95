/** The `OTEL_*` settings: whether spans are exported, where to, and how many. Names and meaning are OpenTelemetry's own. */
import type { SettingsSource } from './values.ts'

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

/** Null inside: tracing is off. Null itself: something is wrong. */
export function readTracing(source: SettingsSource): { readonly tracing: TracingSettings | null } | null {
  const before = source.faults.length
  const url = readUrl(source)
  const tracing = {
    headers: readPairs(source, 'OTEL_EXPORTER_OTLP_HEADERS'),
    serviceName: source.get('OTEL_SERVICE_NAME') ?? 'reenroll',
    resource: readPairs(source, 'OTEL_RESOURCE_ATTRIBUTES'),
    ...readSampler(source)
  }
  if (source.faults.length > before) return null
  const off = isOff(source) || url === null || tracing.sampler.endsWith('always_off')
  return { tracing: off ? null : { url, ...tracing } }
}

function isOff(source: SettingsSource): boolean {
  return source.get('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || source.get('OTEL_TRACES_EXPORTER') === 'none'
}

function readUrl(source: SettingsSource): string | null {
  const own = source.get('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')
  const name = own === null ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  const text = own ?? source.get('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (text === null) return null
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) {
    source.fault(`${name} is ${text}, which is no web address. Write it as http://collector:4318.`)
    return null
  }
  // The address for all signals gets the path of this one; an address for traces alone is taken as it is.
  return own ?? `${text.replace(/\/+$/, '')}/v1/traces`
}

function readSampler(source: SettingsSource): Pick<TracingSettings, 'sampler' | 'ratio'> {
  const text = source.get('OTEL_TRACES_SAMPLER') ?? ''
  const sampler = SAMPLERS.find((name) => name === text)
  const arg = source.get('OTEL_TRACES_SAMPLER_ARG')
  const ratio = arg === null ? 1 : Number(arg)
  if (sampler === undefined) source.fault(`OTEL_TRACES_SAMPLER is ${text}. Write one of ${SAMPLERS.join(', ')}.`)
  if (!(ratio >= 0 && ratio <= 1)) {
    source.fault(`OTEL_TRACES_SAMPLER_ARG is ${arg}. Write the share of traces to keep, from 0 to 1.`)
  }
  return { sampler: sampler ?? 'parentbased_always_on', ratio }
}

/** `key=value,key=value`, percent-encoded; values may be secret and are not shown. */
function readPairs(
  source: SettingsSource,
  name: 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_RESOURCE_ATTRIBUTES'
): Readonly<Record<string, string>> {
  const pairs = (source.get(name) ?? '').split(',').filter((pair) => pair.trim() !== '')
  const read = pairs.map((pair) => pairOf(pair))
  if (read.some((pair) => pair === null)) source.fault(`${name} cannot be read. Write key=value,key=value.`)
  return Object.fromEntries(read.flatMap((pair) => (pair === null ? [] : [pair])))
}

function pairOf(text: string): readonly [string, string] | null {
  const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(text) ?? []
  if (key === undefined || value === undefined) return null
  try {
    return [key, decodeURIComponent(value)]
  } catch {
    return null
  }
}
