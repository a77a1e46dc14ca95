/**
 * The rules of the layout (DESIGN §6): `npm run layout` checks them. A folder imports only folders below it, no files
 * import each other in a circle, and the pure parts import no I/O.
 */

/** From the top layer to the lowest. Folders of one layer do not import each other. */
const LAYERS = [
  ['cli'],
  ['app'],
  ['self'],
  ['review'],
  ['backtest', 'setup'],
  ['api'],
  ['jobs', 'telemetry'],
  ['case', 'intake', 'ticket'],
  ['okta', 'store', 'remediate'],
  ['config'],
  ['decide'],
  ['domain']
]

const inFolders = (folders) => `^src/(${folders.join('|')})/`

/** One rule per folder: it must not import from layers above it, nor from other folders of its layer. */
const downwards = LAYERS.flatMap((layer, row) =>
  layer.map((folder) => ({
    name: `downwards-from-${folder}`,
    severity: 'error',
    from: { path: inFolders([folder]) },
    to: { path: inFolders([...LAYERS.slice(0, row).flat(), ...layer.filter((beside) => beside !== folder)]) }
  }))
)

/** Pure: plain data in, plain data out. No Node module, no package. */
const PURE = ['decide', 'case/machine', 'intake/classify']
/** These may construct engines and adapters. Commands open a store when they work without the service. */
const COMPOSES = '^src/(app|cli)/'
const ENGINES = '^src/(store/(open|sqlite|postgres)|okta/client/client)[.]ts$'

export default {
  forbidden: [
    ...downwards,
    { name: 'no-circle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'nothing-loose', severity: 'error', from: { path: '^src/[^/]+$', pathNot: '^src/main[.]' }, to: {} },
    { name: 'pure', severity: 'error', from: { path: inFolders(PURE) }, to: { dependencyTypes: ['core', 'npm'] } },
    {
      name: 'okta-sdk-in-okta',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/okta/' },
      to: { path: '@okta/okta-sdk-nodejs' }
    },
    {
      name: 'fastify-where-http-is-served',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(intake|ticket/webhooks|api|review|self|app|sandbox)/' },
      to: { path: 'node_modules/@?fastify', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'only-app-constructs',
      severity: 'error',
      from: { path: '^src/', pathNot: [COMPOSES, '^src/store/', '^src/okta/'] },
      to: { path: ENGINES, dependencyTypesNot: ['type-only'] }
    },
    { name: 'sandbox-alone', severity: 'error', from: { path: '^src/sandbox/' }, to: { path: '^src/(?!sandbox/|domain/)' } },
    {
      name: 'sandbox-from-commands-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox|cli)/' },
      to: { path: '^src/sandbox/' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'] }
  }
}
