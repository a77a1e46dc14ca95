/**
 * Checks requests and answers against Okta's own description of its Management API, for the tests of the sandbox and
 * of the Okta client. The description is not part of this repository; `OKTA_OPENAPI` names the file.
 */
import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import { convertDescription, isObject, type Json } from './openapi-convert.ts'

export interface OpenApiChecker {
  /** What is wrong with a request, in words; empty when nothing is. */
  checkRequest(method: string, url: string, body?: unknown): string[]
  /** The same for an answer. A refusal the description does not list is checked as Okta's error body. */
  checkResponse(method: string, url: string, status: number, body?: unknown): string[]
}

/** Why a test is skipped, or false when the description is at hand; for tap's `skip`. */
export const NO_DESCRIPTION = process.env.OKTA_OPENAPI ? false : 'set OKTA_OPENAPI to the file of Okta’s description'

const ROOT = 'okta.json'

interface Operation {
  readonly template: string
  readonly pointer: string
  readonly operation: Json
  readonly parameters: readonly Json[]
}

/** Reads the description; give it the value of `OKTA_OPENAPI`. */
export function openApiChecker(path: string): OpenApiChecker {
  const description = convertDescription(JSON.parse(readFileSync(path, 'utf8')) as Json)
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, logger: false })
  formats.default(ajv)
  ajv.addSchema({ $id: ROOT, ...description })
  const find = (method: string, url: string) => findOperation(description, method, url)
  /** Validates against the schema at a JSON pointer of the description. */
  const check = (pointer: string, value: unknown, what: string): string[] => {
    const validate = ajv.compile({ $ref: `${ROOT}#${pointer}` })
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${what}${sayFault(error)}`)
  }

  function checkQuery({ parameters, template }: Operation, url: string): string[] {
    const query = new URL(url, 'http://okta.invalid').searchParams
    const declared = parameters.filter((parameter) => parameter.in === 'query')
    const unknown = [...query.keys()].filter((key) => !declared.some((parameter) => parameter.name === key))
    return [
      ...unknown.map((key) => `${template} takes no query parameter ${key}`),
      ...declared.flatMap((parameter) => {
        const text = query.get(String(parameter.name))
        if (text === null)
          return parameter.required === true ? [`the query parameter ${parameter.name} is missing`] : []
        const schema = isObject(parameter.schema) ? parameter.schema : {}
        const validate = ajv.compile(absolute(schema))
        return validate(typed(text, schema)) ? [] : [`${parameter.name}: ${ajv.errorsText(validate.errors)}`]
      })
    ]
  }

  function checkBody({ operation, pointer, template }: Operation, body: unknown): string[] {
    const asked = resolve(description, operation.requestBody)
    if (!asked) return body === undefined ? [] : [`${template} takes no body`]
    if (body === undefined) return asked.required === true ? [`${template} needs a body`] : []
    const schema = schemaPointer(description, `${pointer}/requestBody`)
    return schema ? check(schema, body, 'body') : []
  }

  return {
    checkRequest(method, url, body) {
      const found = find(method, url)
      if (!found) return isOutside(url) ? [] : [`Okta describes no ${method} ${url}`]
      return [...checkQuery(found, url), ...checkBody(found, body)]
    },
    checkResponse(method, url, status, body) {
      const found = find(method, url)
      if (isOutside(url)) return []
      const responses = found && isObject(found.operation.responses) ? found.operation.responses : {}
      if (found && isObject(responses[String(status)])) {
        const schema = schemaPointer(description, `${found.pointer}/responses/${status}`)
        if (schema) return check(schema, body, `${status} body`)
        return status === 204 && body !== undefined ? ['204 has a body'] : []
      }
      if (status < 400) return [`Okta describes no answer ${status} to ${method} ${url}`]
      return body === undefined ? [] : check('/components/schemas/Error', body, `${status} body`)
    }
  }
}

/** The token endpoint and the sandbox's own routes are not part of the Management API. */
function isOutside(url: string): boolean {
  return !new URL(url, 'http://okta.invalid').pathname.startsWith('/api/v1/')
}

/** The operation whose path has the most literal segments in common. */
function findOperation(description: Json, method: string, url: string): Operation | null {
  const segments = new URL(url, 'http://okta.invalid').pathname.split('/')
  const paths = isObject(description.paths) ? description.paths : {}
  const fits = Object.keys(paths).filter((template) => {
    const parts = template.split('/')
    return parts.length === segments.length && parts.every((part, i) => part.startsWith('{') || part === segments[i])
  })
  const template = fits.sort((a, b) => a.split('{').length - b.split('{').length)[0]
  const item = template === undefined ? undefined : paths[template]
  const operation = isObject(item) ? item[method.toLowerCase()] : undefined
  if (template === undefined || !isObject(item) || !isObject(operation)) return null
  const named: unknown[] = [item.parameters, operation.parameters].flat()
  const parameters = named.map((it) => resolve(description, it)).filter((it) => it !== null)
  return { template, operation, parameters, pointer: `/paths/${pointerPart(template)}/${method.toLowerCase()}` }
}

/** The JSON pointer to the schema of a request body or response, through one reference. */
function schemaPointer(description: Json, pointer: string): string | null {
  const holder = read(description, pointer)
  const target = isObject(holder) && typeof holder.$ref === 'string' ? holder.$ref.slice(1) : pointer
  const schema = `${target}/content/${pointerPart('application/json')}/schema`
  return read(description, schema) === undefined ? null : schema
}

function resolve(description: Json, value: unknown): Json | null {
  if (!isObject(value)) return null
  const target = typeof value.$ref === 'string' ? read(description, value.$ref.slice(1)) : value
  return isObject(target) ? target : null
}

function read(description: Json, pointer: string): unknown {
  let value: unknown = description
  for (const part of pointer.split('/').slice(1)) {
    value = isObject(value) ? value[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return value
}

function pointerPart(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** A parameter's schema with its references pointing into the description. */
function absolute(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', `"${ROOT}#/components`)) as Json
}

/** A query value as the type its schema asks for; left as text when it is not that. */
function typed(text: string, schema: Json): unknown {
  if ((schema.type === 'integer' || schema.type === 'number') && text !== '' && !Number.isNaN(Number(text)))
    return Number(text)
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function sayFault({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || ' '} ${message} ${JSON.stringify(params)}`
}
