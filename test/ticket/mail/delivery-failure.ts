/**
 * A delivery status notification about a mail, with the parts and fields of the example in RFC 3464, appendix E.1; the type of
 * the last part is that of RFC 6522 §3.
 */
export function deliveryFailure(raw: string, { action = 'failed', type = 'multipart/report' } = {}): string {
  const [headers = ''] = raw.split('\r\n\r\n', 1)
  return [
    'From: Mail Delivery Subsystem <MAILER-DAEMON@mail.example.com>',
    'Message-Id: <199407072116.RAA14128@mail.example.com>',
    'Subject: Returned mail: Cannot send message for 5 days',
    `MIME-Version: 1.0\r\nContent-Type: ${type}; report-type=delivery-status;\r\n boundary="RAA14128.773615765"`,
    '',
    '--RAA14128.773615765',
    '',
    'The original message was received, but could not be delivered.',
    '',
    '--RAA14128.773615765\r\nContent-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example.com',
    '',
    `Original-Recipient: rfc822;anna@example.com\r\nFinal-Recipient: rfc822;anna@example.com\r\nAction: ${action}\r\nStatus: 5.0.0`,
    '',
    '--RAA14128.773615765\r\nContent-Type: text/rfc822-headers',
    '',
    headers,
    '',
    '--RAA14128.773615765--'
  ].join('\r\n')
}
