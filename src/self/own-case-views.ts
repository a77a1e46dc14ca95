/** The pages of people's own cases, in their language. Without JavaScript, for a phone too. Pure. */
import { type Language, PLATFORMS, type Platform } from '../domain/vocabulary.ts'
import { each, html, type Markup } from '../review/html.ts'
import { guidanceFor } from '../ticket/draft/guidance.ts'
import { fill, WORDS } from '../ticket/languages/languages.ts'
import type { OwnCase } from './own-case.ts'
import type { SelfPage } from './page.ts'

type Page = Pick<SelfPage, 'title' | 'main'>

/** What a person chooses, and what the report then says. */
const ERRORS = {
  invalid_token: 'invalidToken',
  qr_code: 'QR code not accepted',
  not_allowed: 'shown as not allowed by the company',
  something_else: null
} as const

const ERROR_NAMES = Object.keys(ERRORS) as readonly (keyof typeof ERRORS)[]

/** The error as the report says it; null for another one, undefined for what nobody could choose. */
export function chosenError(text: unknown): string | null | undefined {
  const name = ERROR_NAMES.find((one) => one === text)
  return name && ERRORS[name]
}

/** Pages that need no session. */
export type OpenPage = 'welcome' | 'expired' | 'refused' | 'later'

export function ownCaseViews(language: Language, csrf = '') {
  const { ownCase, pages, message } = WORDS[language]
  const signIn = html`<a class="button" href="/sign-in">${ownCase.signIn}</a>`
  const token = html`<input type="hidden" name="_csrf" value="${csrf}">`
  const signOut = html`<form method="post" action="/sign-out">${token}<button>${ownCase.signOut}</button></form>`
  const notMe = html`<form method="post" action="/not-me">${token}<button>${pages.notMe}</button></form>`
  const reference = (id: string) => html`<p><strong>${fill(message.reference, { reference: id })}</strong></p>`
  const again = html`<a class="button" href="/?again=">${pages.fails}</a>`

  return {
    welcome: {
      title: ownCase.title,
      main: html`<p>${ownCase.welcome}</p>${signIn}
<p>${ownCase.key}</p><a class="button" href="/sign-in?with=key">${ownCase.signInKey}</a>
<p>${ownCase.noSignIn}</p>`
    },
    expired: { title: ownCase.expired, main: signIn },
    refused: { title: ownCase.refused, main: html`<p>${ownCase.refusedHelp}</p>${signIn}` },
    later: { title: pages.failed, main: null },
    /** The first tap: the device. */
    ask: (): Page => ({
      title: ownCase.whichDevice,
      main: html`${each(DEVICES, (one) => html`<a class="button" href="/?device=${one}">${ownCase[`device${one}`]}</a>`)}${signOut}`
    }),
    /** The second tap: the error, which sends the report. */
    error: (device: Device): Page => ({
      title: pages.failsWith,
      main: html`<form method="post" action="/report">${token}<input type="hidden" name="device" value="${device}">
${each(ERROR_NAMES, (one) => html`<button name="error" value="${one}">${pages[one]}</button>`)}</form>`
    }),
    /** After "this was not me". */
    disowned: (id: string): Page => ({
      title: pages.thanks,
      main: html`<p>${pages.thanksNotMe}</p>${reference(id)}${signOut}`
    }),
    own(seen: Exclude<OwnCase, { of: 'ask' }>): Page {
      switch (seen.of) {
        case 'looking':
          return { title: ownCase.looking, main: html`<p role="status">${ownCase.lookingHelp}</p>` }
        case 'enrolled':
          return { title: ownCase.enrolled, main: html`<p role="status">${ownCase.enrolledHelp}</p>${notMe}${signOut}` }
        case 'call':
          return {
            title: ownCase.call,
            main: html`<p>${ownCase.callHelp}</p>${reference(seen.reference)}${notMe}${signOut}`
          }
        default: {
          const { opening, steps, ifThatFails } = guidanceFor(seen.case, language)
          const more = ifThatFails.length > 0 ? html`<h2>${message.ifThatFails}</h2>${list(ifThatFails)}` : null
          return {
            title: ownCase.steps,
            main: html`<p>${opening}</p>${list(steps)}${more}<p role="status">${ownCase.stepsHelp}</p>${again}${notMe}
<p>${fill(message.reference, { reference: seen.case.id })}</p>${signOut}`
          }
        }
      }
    }
  } as const
}

type Device = Exclude<Platform, 'unknown'>

/** The device that a person chose; undefined for anything else. */
export function chosenDevice(text: unknown): Device | undefined {
  return DEVICES.find((one) => one === text)
}

const DEVICES: readonly Device[] = PLATFORMS.filter((one) => one !== 'unknown')

function list(steps: readonly string[]): Markup {
  return html`<ol>${each(steps, (step) => html`<li>${step}</li>`)}</ol>`
}
