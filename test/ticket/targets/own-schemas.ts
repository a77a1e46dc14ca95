/** Request schemas written from the vendors' documentation, for what no description at hand covers; see the fakes for sources. */
import { Ajv } from 'ajv'

const text = (maxLength?: number) => ({ type: 'string', minLength: 1, ...(maxLength ? { maxLength } : {}) })
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false
})

const message = {
  channel: { ...text(), pattern: '^C[A-Z0-9]+$' },
  text: text(40_000),
  blocks: text(),
  metadata: text()
}
const unfurl = { unfurl_links: { enum: ['true', 'false'] } }
const page = { channel: text(), limit: { type: 'string', pattern: '^\\d{1,3}$' }, cursor: text() }
const incident = {
  short_description: text(160),
  description: text(4_000),
  urgency: { enum: ['1', '2', '3'] },
  correlation_id: text(100),
  correlation_display: text(100),
  state: { enum: ['1', '2', '3', '6', '7', '8'] },
  close_code: { type: 'string' },
  close_notes: { type: 'string', maxLength: 4_000 },
  work_notes: text()
}
const webhook = object(
  {
    type: { enum: ['case.opened', 'case.updated', 'case.resolved'] },
    timestamp: text(),
    data: { type: 'object', required: ['case_id', 'title', 'text', 'severity', 'url'] }
  },
  ['type', 'timestamp', 'data']
)

/** `actions` are optional (https://adaptivecards.io/explorer/AdaptiveCard.html). */
const card = {
  type: 'object',
  required: ['type', 'version', 'body'],
  properties: { type: { const: 'AdaptiveCard' } }
}
/** https://learn.microsoft.com/connectors/teams, the trigger's example. */
const teamsMessage = object(
  {
    type: { const: 'message' },
    attachments: {
      type: 'array',
      minItems: 1,
      items: object(
        {
          contentType: { const: 'application/vnd.microsoft.card.adaptive' },
          contentUrl: { type: 'null' },
          content: card
        },
        ['contentType', 'content']
      )
    }
  },
  ['type', 'attachments']
)

/* Documents inside requests, as far as Reenroll writes them. */

const listOf = (items: object) => ({ type: 'array', minItems: 1, items })
const node = (type: string, more: object = {}, required: readonly string[] = []) =>
  object({ type: { const: type }, ...more }, ['type', ...required])
const link = node('link', { attrs: object({ href: { type: 'string', format: 'uri' } }, ['href']) }, ['attrs'])
const textNode = (marks: object) => node('text', { text: text(), marks: { type: 'array', items: marks } }, ['text'])
/** Code takes no other mark of ours but a link. */
const inlines = {
  type: 'array',
  items: { anyOf: [textNode({ anyOf: [link, node('strong')] }), textNode({ anyOf: [node('code'), link] })] }
}
const adfParagraph = node('paragraph', { content: inlines })
const adfItems = { content: listOf(node('listItem', { content: listOf(adfParagraph) }, ['content'])) }
const openUrl = node('Action.OpenUrl', { title: text(), url: { type: 'string', format: 'uri' } }, ['url'])
const textRun = node(
  'TextRun',
  {
    text: text(),
    size: { enum: ['Small', 'Default', 'Medium', 'Large', 'ExtraLarge'] },
    weight: { enum: ['Lighter', 'Default', 'Bolder'] },
    fontType: { enum: ['Default', 'Monospace'] },
    isSubtle: { type: 'boolean' },
    selectAction: openUrl
  },
  ['text']
)

/** By `type`: each such object in a request is one document. */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, object>> = {
  // https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
  doc: node(
    'doc',
    {
      version: { const: 1 },
      content: {
        type: 'array',
        items: {
          anyOf: [
            adfParagraph,
            node('heading', { attrs: object({ level: { enum: [1, 2, 3, 4, 5, 6] } }, ['level']), content: inlines }, [
              'attrs'
            ]),
            node('bulletList', adfItems, ['content']),
            node('orderedList', adfItems, ['content'])
          ]
        }
      }
    },
    ['version', 'content']
  ),
  // https://adaptivecards.io/explorer/
  AdaptiveCard: node(
    'AdaptiveCard',
    {
      $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
      version: { const: '1.4' },
      body: listOf(node('RichTextBlock', { inlines: listOf(textRun) }, ['inlines'])),
      actions: listOf(openUrl)
    },
    ['version', 'body']
  )
}

/** Method and path, then the body's schema; null takes no body. */
const SCHEMAS: readonly (readonly [RegExp, object | null])[] = [
  [
    /^POST \/rest\/api\/3\/search\/jql$/,
    object(
      {
        jql: text(),
        fields: { type: 'array', items: text() },
        maxResults: { type: 'integer', minimum: 1, maximum: 5_000 },
        nextPageToken: text(),
        expand: text(),
        reconcileIssues: { type: 'array', maxItems: 50, items: { type: 'integer' } }
      },
      ['jql']
    )
  ],
  // https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/
  [/^GET \/rest\/api\/3\/mypermissions\?projectKey=\w+&permissions=[A-Z_%2]+$/, null],
  [/^POST \/api\/now\/table\/incident$/, object(incident, ['short_description', 'correlation_id'])],
  [/^PATCH \/api\/now\/table\/incident\/[0-9a-f]{32}$/, object(incident)],
  [/^GET \/api\/now\/table\/\w+(\/[0-9a-f]{32})?(\?sysparm_\w+=[^&]*(&sysparm_\w+=[^&]*)*)?$/, null],
  [/^POST \/api\/chat\.postMessage$/, object({ ...message, ...unfurl, thread_ts: text() }, ['channel', 'text'])],
  [/^POST \/api\/chat\.update$/, object({ ...message, ts: text() }, ['channel', 'ts', 'text'])],
  [
    /^POST \/api\/conversations\.history$/,
    object({ ...page, oldest: text(), include_all_metadata: { const: 'true' } }, ['channel'])
  ],
  [/^POST \/api\/conversations\.replies$/, object({ ...page, ts: text() }, ['channel', 'ts'])],
  [/^POST \/api\/conversations\.info$/, object({ channel: text() }, ['channel'])],
  [/^POST \/api\/auth\.test$/, object({})],
  [/^POST \/workflows\/\w+\/triggers\/manual\/paths\/invoke\?[^ ]*sig=/, teamsMessage],
  [/^POST \/hook$/, webhook],
  [/^HEAD \/hook$/, null]
]

const ajv = new Ajv({ strict: false, allErrors: true })

export const OWN_SCHEMAS = {
  /** What is wrong with a request, or null when there is no schema for it. */
  faultsOf(method: string, url: string, body: unknown): string[] | null {
    const call = `${method} ${url}`
    const found = SCHEMAS.find(([pattern]) => pattern.test(call))
    if (!found) return null
    const sent = typeof body === 'string' && body.startsWith('{') ? JSON.parse(body) : body
    if (found[1] === null) return sent === undefined || sent === null ? [] : [`${call} takes no body`]
    const check = ajv.compile(found[1])
    return check(sent ?? {})
      ? []
      : (check.errors ?? []).map((error) => `${call} ${error.instancePath} ${error.message}`)
  }
}
