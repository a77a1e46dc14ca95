/** Makes self-signed certificates for test servers. Node can sign but not make them, so the DER is written here. */
import { generateKeyPairSync, sign } from 'node:crypto'

export interface Certificate {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

/** Valid for a day either side of now, for one IPv4 address. */
export function certificateFor(address: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from('test server')))))
  const day = 86_400_000
  const validity = sequence(...[-day, day].map((ms) => tlv(0x17, Buffer.from(utcTime(new Date(Date.now() + ms))))))
  const own = publicKey.export({ type: 'spki', format: 'der' })
  const alternatives = sequence(tlv(0x87, Buffer.from(address.split('.').map(Number))))
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, tlv(0x04, sequence(TRUE))),
    sequence(ALTERNATIVE_NAME, tlv(0x04, alternatives))
  )
  const body = sequence(VERSION_3, SERIAL, ECDSA_SHA256, name, validity, name, own, tlv(0xa3, extensions))
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  return {
    cert: pem('CERTIFICATE', sequence(body, ECDSA_SHA256, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
}

/** DER: tag, length, value. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

const hex = (text: string) => Buffer.from(text, 'hex')
const TRUE = hex('0101ff')
const VERSION_3 = hex('a003020102')
const SERIAL = hex('020101')
const ECDSA_SHA256 = sequence(hex('06082a8648ce3d040302'))
const COMMON_NAME = hex('0603550403')
const BASIC_CONSTRAINTS = hex('0603551d13')
const ALTERNATIVE_NAME = hex('0603551d11')

/** `260615120000Z`. */
function utcTime(at: Date): string {
  return `${at.toISOString().slice(2, 19).replace(/\D/g, '')}Z`
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
