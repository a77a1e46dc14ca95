/** `deploy/page-texts.json`: every message of the review pages, by the source file that shows it first. Read from the sources. */
import ts from 'typescript'
import { CAUSE_ADVICE } from '../../src/decide/advice.ts'
import { signalRows } from '../../src/decide/decision-table.ts'
import { GUARDS } from '../../src/decide/guards/guards.ts'
import { QUEUES, RULES } from '../../src/decide/rules.ts'
import { REPORTERS } from '../../src/domain/subject.ts'
import { STRENGTHS } from '../../src/domain/verification.ts'
import { CONFIDENCES, MODES, PLATFORM_NAMES } from '../../src/domain/vocabulary.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
import { translated } from '../../src/review/messages.ts'
import { sourceFiles } from '../house/source-files.ts'

/** Files whose texts the pages show. */
const VIEWS =
  /^src\/review\/(views\/|routes\/|(words|terms|text|period|queue|similar|storm-cases|show|pages)\.ts|session\/(access|oidc)\.ts)/

/** What the pages show of guards and operators. */
const STATES = ['tripped', 'unknown', 'clear', 'viewer', 'approver']
/** Okta's statuses as words (deploy/okta-facts.md), and where accounts come from. */
const STATUSES = [
  'active',
  'created',
  'deactivated',
  'deprovisioned',
  'inactive',
  'locked out',
  'missing',
  'password expired'
]
const MORE_STATUSES = [
  'pending activation',
  'provisioned',
  'recovery',
  'staged',
  'suspended',
  'active directory',
  'federation',
  'import',
  'ldap',
  'social'
]

/** Texts of tables in other files, which the pages show as they are. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  'decide/advice.ts': Object.values(CAUSE_ADVICE).flatMap(({ label, todo }) => [label, todo]),
  'decide/guards/guards.ts': GUARDS.flatMap(({ title, protects, overrides }) => [title, protects, overrides]),
  'decide/guards/signals.ts': signalRows().map(({ signal = '' }) => signal),
  'decide/rules.ts': [...RULES.map(({ because }) => because), ...QUEUES.map((queue) => queue.replace('_', ' '))],
  'review/views/queue.ts': ['open', 'snoozed', 'ended'].flatMap((view) => [`{0} ${view} case`, `{0} ${view} cases`]),
  'domain/evidence.ts': [...STATUSES, ...MORE_STATUSES],
  'domain/subject.ts': Object.values(REPORTERS),
  'review/routes/report.ts': ['The user', 'The error', 'The text'].map(
    (what) => `${what} is {0} characters long; the limit is {1}.`
  ),
  'domain/time.ts': ['{0} s', '{0} min', '{0} h', '{0} d'],
  'domain/vocabulary.ts': [...MODES, ...CONFIDENCES, ...STRENGTHS, ...Object.values(PLATFORM_NAMES), ...STATES],
  'remediate/index.ts': Object.values(REMEDIATIONS).flatMap(({ title, proof, undo }) => [title, proof, undo])
}

export function pageTexts(): string {
  const files = sourceFiles('src/review')
    .filter(({ path }) => VIEWS.test(path))
    .map(({ path, text }) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  const parameters = new Map(files.flatMap(parametersIn))
  const groups: Record<string, Record<string, string>> = {}
  const seen = new Set<string>()
  const add = (path: string, messages: readonly string[]) => {
    const own = [...new Set(messages)].filter((message) => !seen.has(message)).toSorted()
    for (const message of own) seen.add(message)
    if (own.length > 0) groups[path] = { ...groups[path], ...Object.fromEntries(own.map((message) => [message, ''])) }
  }
  for (const file of files) add(file.fileName.replace('src/', ''), messagesIn(file, parameters))
  for (const [path, messages] of Object.entries(TABLES)) add(path, messages)
  return `${JSON.stringify({ language: 'en', messages: groups }, null, 2)}\n`
}

type Parameters = ReadonlyMap<string, readonly string[]>

/** The parameters of each function by its name. */
function parametersIn(node: ts.Node): readonly [string, readonly string[]][] {
  const arrow = ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer)
  const made = arrow ? (node.initializer as ts.ArrowFunction) : ts.isFunctionDeclaration(node) ? node : undefined
  const name = (node as ts.FunctionDeclaration).name?.getText()
  const found: [string, readonly string[]][] = []
  if (made && name) found.push([name, made.parameters.map((one) => one.name.getText())])
  ts.forEachChild(node, (child) => void found.push(...parametersIn(child)))
  return found
}

function messagesIn(file: ts.SourceFile, parameters: Parameters): readonly string[] {
  const found: string[] = []
  // A single word there is a name in the code.
  const isRoute = !/views|words|text|similar|storm-cases/.test(file.fileName)
  const add = (text: string) => found.push(text.trim().replaceAll(/\s+/g, ' '))

  /** `isText`: strings here are shown. Markup below them is shown in any case. */
  const visit = (node: ts.Node, isText: boolean): void => {
    if (ts.isTaggedTemplateExpression(node)) {
      visitTemplate(node)
      return
    }
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (isText && isWords(node.text) && !(isRoute && /^[a-z]+$/.test(node.text))) add(node.text)
      return
    }
    if (ts.isTemplateExpression(node)) {
      const texts = [node.head, ...node.templateSpans.map(({ literal }) => literal)]
      const whole = texts.map(({ text }, index) => (index === 0 ? text : `{${index - 1}}${text}`)).join('')
      if (isText && isCount(node)) add(whole)
      ts.forEachChild(node, (child) => visit(child, false))
      return
    }
    ts.forEachChild(node, (child) => visit(child, isText && isShown(node, child, parameters)))
    if (isText && ts.isCallExpression(node) && node.expression.getText() === 'quantity') addQuantity(node)
  }

  const addQuantity = ({ arguments: [, one, many] }: ts.CallExpression) => {
    if (one && ts.isStringLiteral(one)) add(`{0} ${one.text}`)
    if (one && ts.isStringLiteral(one)) add(`{0} ${many && ts.isStringLiteral(many) ? many.text : `${one.text}s`}`)
  }

  const visitTemplate = ({ tag, template }: ts.TaggedTemplateExpression) => {
    if (tag.getText() !== 'html') return
    const spans = ts.isTemplateExpression(template) ? template.templateSpans : []
    const head = ts.isTemplateExpression(template) ? template.head : template
    const pieces = translated([head.text, ...spans.map(({ literal }) => literal.text)], (message) => {
      if (!ATTRIBUTE.test(template.getText())) add(message)
      return undefined
    })
    for (const piece of pieces) {
      const span = typeof piece === 'string' ? undefined : spans[piece.part]
      if (typeof piece !== 'string' && span && piece.as !== 'tag') visit(span.expression, piece.as === 'text')
    }
  }

  file.forEachChild((node) => visit(node, true))
  return found
}

/** A template that is an attribute, such as ` selected`. */
const ATTRIBUTE = /^` [a-z-]+(="[^"]*")?`$/

/** Words that people read, not an address, a name in the code or a class. */
function isWords(text: string): boolean {
  return (
    /\p{L}{2}/u.test(text) &&
    !NAMES.has(text) &&
    !/^[/.#]|^\w+:\/\/|[<>{}=]|^[^ ]*_|^[a-z]+[A-Z]\S*$|^[a-z]+-[a-z-]+$|^[a-z]+\//.test(text.trim())
  )
}

/** What stands between the words is a count. */
function isCount(node: ts.TemplateExpression): boolean {
  return node.templateSpans.every(({ expression }) => /^(Math|MAX_|waiting$)|\.length\b/.test(expression.getText()))
}

/** Names in the code where texts are. */
const NAMES = new Set(
  `acting activity alarm all anyway app approve ask blocks cause close code correlating devices ended enrollments factors good good-2
  moving no note okta oldest open person policy queue received reenroll reject release report resolved safety snooze snoozed still
  tickets user verify watching write yes icon.svg review.js style.css`.split(/\s+/)
)

/** Properties and parameters that hold no words. */
const NO_WORDS =
  /^(act|as|by|csrf|field|filter|href|id|key|keys|kind|method|nav|name|need|of|on|path|queue|rel|role|source|state|sources|tone|type|url|verb|view|wanted|with|chosen)$/i

const OPERATORS = [
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.InKeyword,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken
]

function isShown(node: ts.Node, child: ts.Node, parameters: Parameters): boolean {
  if (ts.isPropertyAssignment(node)) return child === node.initializer && !NO_WORDS.test(node.name.getText())
  if (ts.isElementAccessExpression(node)) return child === node.expression
  if (ts.isBinaryExpression(node)) return !OPERATORS.includes(node.operatorToken.kind)
  if (ts.isConditionalExpression(node)) return child !== node.condition
  if (ts.isIfStatement(node)) return child !== node.expression
  if (ts.isCaseClause(node)) return child !== node.expression
  if (ts.isAsExpression(node)) return !ts.isStringLiteral(node.expression)
  if (ts.isVariableDeclaration(node)) return !/^(cookie|key|kind|tone|view)$/.test(node.name.getText())
  if (ts.isParameter(node) || ts.isBindingElement(node) || ts.isNewExpression(node)) return false
  if (!ts.isCallExpression(node)) return true
  const index = node.arguments.indexOf(child as ts.Expression)
  const callee = node.expression
  if (index < 0) return true
  if (ts.isStringLiteralLike(child) || ts.isTemplateExpression(child)) {
    if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'message'
    if (callee.getText() === 'quantity') return false
    const parameter = parameters.get(callee.getText())?.[index]
    return !parameter || !NO_WORDS.test(parameter)
  }
  return true
}
