/** Turns Okta's OpenAPI 3.0 description into JSON Schema that ajv can use, and mends what the description gets wrong. */

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Keywords ajv knows otherwise or not at all. `example` alone breaks validators: some hold `$ref`s that lead nowhere. */
const DROPPED = new Set(['example', 'examples', 'discriminator', 'nullable', 'xml', 'externalDocs', 'deprecated'])
/** The only format whose meaning the product depends on; the description invents others. */
const KEPT_FORMAT = 'date-time'

/** The description with every schema as JSON Schema; paths get the dispatch of discriminators as well. */
export function convertDescription(description: Json): Json {
  mend(description)
  const components = isObject(description.components) ? description.components : {}
  return { components: convert(components, null), paths: convert(description.paths, components) }
}

/** Where the description contradicts what Okta sends, with the source of each correction. */
function mend(description: Json): void {
  // The real body is a list (facts §3.1).
  const enrollments = at(description, 'paths', '/api/v1/users/{userId}/authenticator-enrollments', 'get', 'responses')
  const content = at(enrollments, '200', 'content', 'application/json')
  content.schema = { type: 'array', items: content.schema }
  // `expand=providers` is named in the text of the response schema only (facts §3.1).
  const getDevice = at(description, 'paths', '/api/v1/devices/{deviceId}', 'get')
  getDevice.parameters = [
    ...list(getDevice.parameters),
    { name: 'expand', in: 'query', schema: { enum: ['providers'] } }
  ]
  const schemas = at(description, 'components', 'schemas')
  // A list of blocks is embedded in a user, while the base schema wants objects there.
  at(schemas, 'User', 'properties', '_embedded').additionalProperties = true
  // `resourceAlternateId: null` is in Okta's own example (facts appendix A).
  at(schemas, 'Device', 'properties', 'resourceAlternateId').nullable = true
  // Any field of a log entry may be null (facts §1.2).
  for (const [name, schema] of Object.entries(schemas)) {
    if (!name.startsWith('Log') || !isObject(schema) || !isObject(schema.properties)) continue
    schema.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, value]) => [key, { allOf: [value], nullable: true }])
    )
  }
}

function at(value: unknown, ...keys: string[]): Json {
  let found: unknown = value
  for (const key of keys) found = isObject(found) ? found[key] : undefined
  if (!isObject(found))
    throw new Error(`the description has no ${keys.join(' > ')}; is it the one of Okta's Management API?`)
  return found
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** `components` is given inside paths only, where a reference may be narrowed by its discriminator. */
function convert(value: unknown, components: Json | null): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, components))
  if (!isObject(value)) return value
  const dispatch = components ? dispatchOf(value, components) : null
  if (dispatch) return dispatch
  const entries = Object.entries(value)
    .filter(([key, item]) => !DROPPED.has(key) && !key.startsWith('x-') && !(key === 'format' && item !== KEPT_FORMAT))
    .map(([key, item]) => [key, key === 'properties' ? convertProperties(item, components) : convert(item, components)])
  const converted = Object.fromEntries(entries) as Json
  return value.nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted
}

/** Property names are names, even when they read like keywords. */
function convertProperties(value: unknown, components: Json | null): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, convert(schema, components)]))
}

/** The base schema, and for each value of the discriminator the schema it stands for. */
function dispatchOf(value: Json, components: Json): Json | null {
  const name = typeof value.$ref === 'string' ? /^#\/components\/schemas\/(\w+)$/.exec(value.$ref)?.[1] : undefined
  const schema = name && isObject(components.schemas) ? components.schemas[name] : value
  const discriminator = isObject(schema) ? schema.discriminator : undefined
  if (!isObject(discriminator) || !isObject(discriminator.mapping)) return null
  const property = String(discriminator.propertyName)
  const branches = Object.entries(discriminator.mapping).map(([wanted, $ref]) => ({
    if: { properties: { [property]: { const: wanted } }, required: [property] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword.
    then: { $ref }
  }))
  return { allOf: [...(name ? [{ $ref: value.$ref }] : [{ type: 'object', required: [property] }]), ...branches] }
}
