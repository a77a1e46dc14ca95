/** The `OTEL_*` rows of the settings table: OpenTelemetry's own names, as far as Reenroll honours them. */
import type { Setting } from './settings-table.ts'

export const TRACING_SETTINGS = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: null,
    needed: 'optional',
    meaning:
      'Collector that traces are sent to, OTLP over HTTP (JSON); `/v1/traces` is added. Without it nothing is traced.',
    secret: false,
    example: 'http://collector:4318'
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: null,
    needed: 'optional',
    meaning: 'The same for traces alone, taken as it is, with its path.',
    secret: false,
    example: 'http://collector:4318/v1/traces'
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: null,
    needed: 'optional',
    meaning: 'Headers for the collector, such as its credentials: `key=value,key=value`.',
    secret: true,
    example: ''
  },
  {
    name: 'OTEL_SERVICE_NAME',
    default: 'reenroll',
    needed: 'optional',
    meaning: 'Name of the service in traces.',
    secret: false,
    example: 'reenroll'
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    default: null,
    needed: 'optional',
    meaning: 'What else every span says of this process: `key=value,key=value`.',
    secret: false,
    example: 'deployment.environment.name=production'
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    needed: 'optional',
    meaning:
      'Which traces are kept: `always_on`, `always_off` or `traceidratio`, each also as `parentbased_…`, which means the same here. All replicas decide alike.',
    secret: false,
    example: 'parentbased_traceidratio'
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    default: null,
    needed: 'with a ratio',
    meaning: 'Share of the traces to keep, from 0 to 1.',
    secret: false,
    example: '0.1'
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    default: 'otlp',
    needed: 'optional',
    meaning: '`otlp`, or `none` to trace nothing.',
    secret: false,
    example: 'otlp'
  },
  {
    name: 'OTEL_SDK_DISABLED',
    default: 'false',
    needed: 'optional',
    meaning: '`true` traces nothing, whatever else is set.',
    secret: false,
    example: 'false'
  }
] as const satisfies readonly Setting[]
