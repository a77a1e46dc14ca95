/** The pages of the door for people who cannot enroll, in their language. Without JavaScript, for a phone too. Pure. */
import { PLATFORMS, type Platform } from '../domain/vocabulary.ts'
import { each, html, type Markup } from '../review/html.ts'
import { guidanceFor } from '../ticket/draft/guidance.ts'
import { fill, type Language, WORDS } from '../ticket/languages/languages.ts'
import type { OwnCase } from './own-case.ts'
import type { SelfPage } from './page.ts'

type Page = Pick<SelfPage, 'title' | 'main'>

/** What a person chooses, and what the report then says. */
export const DOOR_ERRORS: Readonly<Record<string, string | null>> = {
  invalid_token: 'invalidToken',
  qr_code: 'QR code not accepted',
  not_allowed: 'shown as not allowed by the company',
  something_else: null
}

/** Pages that need no session. */
export type DoorPage = 'welcome' | 'expired' | 'refused' | 'later'

export function doorPages(language: Language, csrf = '') {
  const { door, pages, message } = WORDS[language]
  const signIn = html`<a class="button" href="/sign-in">${door.signIn}</a>`
  const token = html`<input type="hidden" name="_csrf" value="${csrf}">`
  const signOut = html`<form method="post" action="/sign-out">${token}<button>${door.signOut}</button></form>`
  const again = html`<a class="button" href="/?again=">${pages.fails}</a>`

  return {
    welcome: {
      title: door.title,
      main: html`<p>${door.welcome}</p>${signIn}
<p>${door.key}</p><a class="button" href="/sign-in?with=key">${door.signInKey}</a>
<p>${door.noSignIn}</p>`
    },
    expired: { title: door.expired, main: signIn },
    refused: { title: door.refused, main: html`<p>${door.refusedHelp}</p>${signIn}` },
    later: { title: pages.failed, main: null },
    /** The first tap: the device. */
    ask: (): Page => ({
      title: door.whichDevice,
      main: html`${each(DEVICES, (one) => html`<a class="button" href="/?device=${one}">${door[`device${one}`]}</a>`)}${signOut}`
    }),
    /** The second tap: the error, which sends the report. */
    error: (device: Device): Page => ({
      title: pages.failsWith,
      main: html`<form method="post" action="/report">${token}<input type="hidden" name="device" value="${device}">
${each(ERRORS, (one) => html`<button name="error" value="${one}">${pages[one]}</button>`)}</form>`
    }),
    own(seen: Exclude<OwnCase, { of: 'ask' }>): Page {
      switch (seen.of) {
        case 'looking':
          return { title: door.looking, main: html`<p role="status">${door.lookingHelp}</p>` }
        case 'enrolled':
          return { title: door.enrolled, main: html`<p role="status">${door.enrolledHelp}</p>${signOut}` }
        case 'call':
          return {
            title: door.call,
            main: html`<p>${door.callHelp}</p><p><strong>${fill(message.reference, { reference: seen.reference })}</strong></p>${signOut}`
          }
        default: {
          const { opening, steps, ifThatFails } = guidanceFor(seen.case)
          const more = ifThatFails.length > 0 ? html`<h2>${message.ifThatFails}</h2>${list(ifThatFails)}` : null
          return {
            title: door.steps,
            main: html`<p>${opening}</p>${list(steps)}${more}<p role="status">${door.stepsHelp}</p>${again}
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
const ERRORS = ['invalid_token', 'qr_code', 'not_allowed', 'something_else'] as const

function list(steps: readonly string[]): Markup {
  return html`<ol>${each(steps, (step) => html`<li>${step}</li>`)}</ol>`
}
