/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/ticket/draft/content.test.ts > TAP > github > github 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user",
 "body": "## What happened\\n\\n2026-06-15 11:58 UTC: Okta reported that \`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) failed to enroll in Okta Verify (\`user.mfa.factor.activate\` \`FAILURE\`, reason \`invalidToken\`; confidence high).\\n\\n**The event does not prove who made the attempt.** The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend.\\n\\n1. Ask the person who set the block whether its reason still applies.\\n\\n**Do not make the repair by hand: approve it with a reason for each guard, or reject it.**\\n\\n## Why\\n\\nCause: **account suspended** (\`account_suspended\`, confidence high). It follows option 1 of Okta’s article.\\n\\n- the status is SUSPENDED\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What stopped Reenroll from acting\\n\\n- G9 unknown: hr@example.com is not a trusted actor\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\n**Send this only once what is named under “What to do next” is done and you have verified who asks.**\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\n## Evidence\\n\\n- Status \`SUSPENDED\` since 2026-06-15 12:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- Suspended 2026-06-15 12:00 UTC by \`hr@example.com\`, a \`User\` (transaction \`WEB\`). Okta records no reason.\\n- Device \`Phone\` (\`guo1\`): \`ACTIVE\`, \`IOS\` \`iPhone14,2\` OS \`18.1\`, last seen 2026-06-15 11:00 UTC\\n- Okta Verify \`push\` (\`opf1\`): \`PENDING_ACTIVATION\`, created 2026-06-15 11:00 UTC\\n- Other factors: \`webauthn\` \`ACTIVE\`\\n- User risk \`LOW\`\\n\\n## Last events about the user\\n\\n- 2026-06-15 12:00 UTC \`user.lifecycle.suspend\` \`SUCCESS\` by \`hr@example.com\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- [System Log of the attempt](https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22), transaction \`tx-1\`\\n- For Okta Support, event ids: \`failure-1\`\\n\\nReenroll keeps this text up to date (RE-Anna, 2a756ac0-fea4ad4f). Text that you edit above is left alone from then on.",
 "labels": ["reenroll","cause:account_suspended","state:awaiting_approval","severity:normal"]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {"key":"OPS"},
  "issuetype": {"name":"Task"},
  "summary": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"What happened"}]},
    {
     "type": "paragraph",
     "content": [
      {"type":"text","text":"2026-06-15 11:58 UTC: Okta reported that "},
      {"type":"text","text":"Anna Example","marks":[{"type":"code"}]},
      {"type":"text","text":" (login "},
      {"type":"text","text":"anna@example.com","marks":[{"type":"code"}]},
      {"type":"text","text":", id "},
      {"type":"text","text":"00uAnna","marks":[{"type":"code"}]},
      {"type":"text","text":") failed to enroll in Okta Verify ("},
      {"type":"text","text":"user.mfa.factor.activate","marks":[{"type":"code"}]},
      {"type":"text","text":" "},
      {"type":"text","text":"FAILURE","marks":[{"type":"code"}]},
      {"type":"text","text":", reason "},
      {"type":"text","text":"invalidToken","marks":[{"type":"code"}]},
      {"type":"text","text":"; confidence high)."}
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {"type":"text","text":"The event does not prove who made the attempt.","marks":[{"type":"strong"}]},
      {"type":"text","text":" The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method."}
     ]
    },
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"What to do next"}]},
    {
     "type": "paragraph",
     "content": [
      {"type":"text","text":"Queue: "},
      {"type":"text","text":"Identity team","marks":[{"type":"strong"}]},
      {"type":"text","text":". "},
      {
       "type": "text",
       "text": "Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend."
      }
     ]
    },
    {"type":"orderedList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"Ask the person who set the block whether its reason still applies."}]}]}]},
    {"type":"paragraph","content":[{"type":"text","text":"Do not make the repair by hand: approve it with a reason for each guard, or reject it.","marks":[{"type":"strong"}]}]},
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"Why"}]},
    {
     "type": "paragraph",
     "content": [
      {"type":"text","text":"Cause: "},
      {"type":"text","text":"account suspended","marks":[{"type":"strong"}]},
      {"type":"text","text":" ("},
      {"type":"text","text":"account_suspended","marks":[{"type":"code"}]},
      {"type":"text","text":", confidence high). It follows option 1 of Okta’s article."}
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"the status is SUSPENDED"}]}]},
      {
       "type": "listItem",
       "content": [
        {"type":"paragraph","content":[{"type":"text","text":"Rule "},{"type":"text","text":"suspended","marks":[{"type":"code"}]},{"type":"text","text":" (propose) matched: a person suspended the account"}]}
       ]
      }
     ]
    },
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"What stopped Reenroll from acting"}]},
    {"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"G9 unknown: hr@example.com is not a trusted actor"}]}]}]},
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"What was done"}]},
    {"type":"paragraph","content":[{"type":"text","text":"Nothing was written to Okta."}]},
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"Steps for the user"}]},
    {"type":"paragraph","content":[{"type":"text","text":"Send this only once what is named under “What to do next” is done and you have verified who asks.","marks":[{"type":"strong"}]}]},
    {"type":"paragraph","content":[{"type":"text","text":"Your Okta account is suspended, and Okta Verify cannot be set up until that is lifted."}]},
    {
     "type": "orderedList",
     "content": [
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything."}]}]}
     ]
    },
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"Evidence"}]},
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"Status "},
          {"type":"text","text":"SUSPENDED","marks":[{"type":"code"}]},
          {"type":"text","text":" since 2026-06-15 12:00 UTC; account from "},
          {"type":"text","text":"OKTA","marks":[{"type":"code"}]}
         ]
        }
       ]
      },
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"Last sign-in never; password changed never"}]}]},
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"Suspended 2026-06-15 12:00 UTC by "},
          {"type":"text","text":"hr@example.com","marks":[{"type":"code"}]},
          {"type":"text","text":", a "},
          {"type":"text","text":"User","marks":[{"type":"code"}]},
          {"type":"text","text":" (transaction "},
          {"type":"text","text":"WEB","marks":[{"type":"code"}]},
          {"type":"text","text":"). Okta records no reason."}
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"Device "},
          {"type":"text","text":"Phone","marks":[{"type":"code"}]},
          {"type":"text","text":" ("},
          {"type":"text","text":"guo1","marks":[{"type":"code"}]},
          {"type":"text","text":"): "},
          {"type":"text","text":"ACTIVE","marks":[{"type":"code"}]},
          {"type":"text","text":", "},
          {"type":"text","text":"IOS","marks":[{"type":"code"}]},
          {"type":"text","text":" "},
          {"type":"text","text":"iPhone14,2","marks":[{"type":"code"}]},
          {"type":"text","text":" OS "},
          {"type":"text","text":"18.1","marks":[{"type":"code"}]},
          {"type":"text","text":", last seen 2026-06-15 11:00 UTC"}
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"Okta Verify "},
          {"type":"text","text":"push","marks":[{"type":"code"}]},
          {"type":"text","text":" ("},
          {"type":"text","text":"opf1","marks":[{"type":"code"}]},
          {"type":"text","text":"): "},
          {"type":"text","text":"PENDING_ACTIVATION","marks":[{"type":"code"}]},
          {"type":"text","text":", created 2026-06-15 11:00 UTC"}
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [{"type":"text","text":"Other factors: "},{"type":"text","text":"webauthn","marks":[{"type":"code"}]},{"type":"text","text":" "},{"type":"text","text":"ACTIVE","marks":[{"type":"code"}]}]
        }
       ]
      },
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"User risk "},{"type":"text","text":"LOW","marks":[{"type":"code"}]}]}]}
     ]
    },
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"Last events about the user"}]},
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"2026-06-15 12:00 UTC "},
          {"type":"text","text":"user.lifecycle.suspend","marks":[{"type":"code"}]},
          {"type":"text","text":" "},
          {"type":"text","text":"SUCCESS","marks":[{"type":"code"}]},
          {"type":"text","text":" by "},
          {"type":"text","text":"hr@example.com","marks":[{"type":"code"}]}
         ]
        }
       ]
      }
     ]
    },
    {"type":"heading","attrs":{"level":3},"content":[{"type":"text","text":"Links"}]},
    {
     "type": "bulletList",
     "content": [
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"Case RE-Anna in Reenroll","marks":[{"type":"link","attrs":{"href":"https://ops.example.com/cases/RE-Anna"}}]}]}]},
      {
       "type": "listItem",
       "content": [{"type":"paragraph","content":[{"type":"text","text":"The user in the Okta Admin Console","marks":[{"type":"link","attrs":{"href":"https://acme-admin.okta.com/admin/user/profile/view/00uAnna"}}]}]}]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {"type":"text","text":"System Log of the attempt","marks":[{"type":"link","attrs":{"href":"https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22"}}]},
          {"type":"text","text":", transaction "},
          {"type":"text","text":"tx-1","marks":[{"type":"code"}]}
         ]
        }
       ]
      },
      {"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"For Okta Support, event ids: "},{"type":"text","text":"failure-1","marks":[{"type":"code"}]}]}]}
     ]
    },
    {"type":"paragraph","content":[{"type":"text","text":"Reenroll keeps this text up to date (RE-Anna, 0803f9cf-fea4ad4f). Text that you edit above is left alone from then on."}]}
   ]
  },
  "labels": ["reenroll","reenroll-RE-Anna","cause:account_suspended","state:awaiting_approval","severity:normal"]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [{"href":"https://ops.example.com/cases/RE-Anna","text":"Case RE-Anna in Reenroll"}],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user [RE-Anna]",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_suspended",
  "custom_details": {
   "text": "What happened\\n\\n2026-06-15 11:58 UTC: Okta reported that Anna Example (login anna@example.com, id 00uAnna) failed to enroll in Okta Verify (user.mfa.factor.activate FAILURE, reason invalidToken; confidence high).\\n\\nThe event does not prove who made the attempt. The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.\\n\\nWhat to do next\\n\\nQueue: Identity team. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend.\\n\\n1. Ask the person who set the block whether its reason still applies.\\n\\nDo not make the repair by hand: approve it with a reason for each guard, or reject it.\\n\\nWhy\\n\\nCause: account suspended (account_suspended, confidence high). It follows option 1 of Okta’s article.\\n\\n• the status is SUSPENDED\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat stopped Reenroll from acting\\n\\n• G9 unknown: hr@example.com is not a trusted actor\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nSend this only once what is named under “What to do next” is done and you have verified who asks.\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\nEvidence\\n\\n• Status SUSPENDED since 2026-06-15 12:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• Suspended 2026-06-15 12:00 UTC by hr@example.com, a User (transaction WEB). Okta records no reason.\\n• Device Phone (guo1): ACTIVE, IOS iPhone14,2 OS 18.1, last seen 2026-06-15 11:00 UTC\\n• Okta Verify push (opf1): PENDING_ACTIVATION, created 2026-06-15 11:00 UTC\\n• Other factors: webauthn ACTIVE\\n• User risk LOW\\n\\nLast events about the user\\n\\n• 2026-06-15 12:00 UTC user.lifecycle.suspend SUCCESS by hr@example.com\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• System Log of the attempt: https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22, transaction tx-1\\n• For Okta Support, event ids: failure-1",
   "news": ["2026-06-15 12:00 UTC: A failed enrollment opened the case."],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user",
 "description": "What happened\\n\\n2026-06-15 11:58 UTC: Okta reported that Anna Example (login anna@example.com, id 00uAnna) failed to enroll in Okta Verify (user.mfa.factor.activate FAILURE, reason invalidToken; confidence high).\\n\\nThe event does not prove who made the attempt. The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.\\n\\nWhat to do next\\n\\nQueue: Identity team. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend.\\n\\n1. Ask the person who set the block whether its reason still applies.\\n\\nDo not make the repair by hand: approve it with a reason for each guard, or reject it.\\n\\nWhy\\n\\nCause: account suspended (account_suspended, confidence high). It follows option 1 of Okta’s article.\\n\\n• the status is SUSPENDED\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat stopped Reenroll from acting\\n\\n• G9 unknown: hr@example.com is not a trusted actor\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nSend this only once what is named under “What to do next” is done and you have verified who asks.\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\nEvidence\\n\\n• Status SUSPENDED since 2026-06-15 12:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• Suspended 2026-06-15 12:00 UTC by hr@example.com, a User (transaction WEB). Okta records no reason.\\n• Device Phone (guo1): ACTIVE, IOS iPhone14,2 OS 18.1, last seen 2026-06-15 11:00 UTC\\n• Okta Verify push (opf1): PENDING_ACTIVATION, created 2026-06-15 11:00 UTC\\n• Other factors: webauthn ACTIVE\\n• User risk LOW\\n\\nLast events about the user\\n\\n• 2026-06-15 12:00 UTC user.lifecycle.suspend SUCCESS by hr@example.com\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• System Log of the attempt: https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22, transaction tx-1\\n• For Okta Support, event ids: failure-1\\n\\nReenroll keeps this text up to date (RE-Anna, 2a756ac0-fea4ad4f). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user",
 "blocks": [
  {"type":"header","text":{"type":"plain_text","text":"Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user","emoji":false}},
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n2026-06-15 11:58 UTC: Okta reported that \`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) failed to enroll in Okta Verify (\`user.mfa.factor.activate\` \`FAILURE\`, reason \`invalidToken\`; confidence high).\\n\\n*The event does not prove who made the attempt.* The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory &gt; People &gt; the user &gt; More Actions &gt; Suspend.\\n\\n1. Ask the person who set the block whether its reason still applies.\\n\\n*Do not make the repair by hand: approve it with a reason for each guard, or reject it.*"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *account suspended* (\`account_suspended\`, confidence high). It follows option 1 of Okta’s article.\\n\\n• the status is SUSPENDED\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {"type":"section","text":{"type":"mrkdwn","text":"*What stopped Reenroll from acting*\\n\\n• G9 unknown: hr@example.com is not a trusted actor"}},
  {"type":"section","text":{"type":"mrkdwn","text":"*What was done*\\n\\nNothing was written to Okta."}},
  {"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Open RE-Anna"},"url":"https://ops.example.com/cases/RE-Anna","action_id":"reenroll_open"}]}
 ],
 "metadata": {"event_type":"reenroll_case","event_payload":{"case_id":"RE-Anna"}}
}
`

exports[`test/ticket/draft/content.test.ts > TAP > teams > teams 1`] = `
{
 "type": "message",
 "attachments": [
  {
   "contentType": "application/vnd.microsoft.card.adaptive",
   "contentUrl": null,
   "content": {
    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
    "type": "AdaptiveCard",
    "version": "1.4",
    "body": [
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user","size":"Large","weight":"Bolder"}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"What happened","weight":"Bolder"}]},
     {
      "type": "RichTextBlock",
      "inlines": [
       {"type":"TextRun","text":"2026-06-15 11:58 UTC: Okta reported that "},
       {"type":"TextRun","text":"Anna Example","fontType":"Monospace"},
       {"type":"TextRun","text":" (login "},
       {"type":"TextRun","text":"anna@example.com","fontType":"Monospace"},
       {"type":"TextRun","text":", id "},
       {"type":"TextRun","text":"00uAnna","fontType":"Monospace"},
       {"type":"TextRun","text":") failed to enroll in Okta Verify ("},
       {"type":"TextRun","text":"user.mfa.factor.activate","fontType":"Monospace"},
       {"type":"TextRun","text":" "},
       {"type":"TextRun","text":"FAILURE","fontType":"Monospace"},
       {"type":"TextRun","text":", reason "},
       {"type":"TextRun","text":"invalidToken","fontType":"Monospace"},
       {"type":"TextRun","text":"; confidence high)."}
      ]
     },
     {
      "type": "RichTextBlock",
      "inlines": [
       {"type":"TextRun","text":"The event does not prove who made the attempt.","weight":"Bolder"},
       {"type":"TextRun","text":" The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method."}
      ]
     },
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"What to do next","weight":"Bolder"}]},
     {
      "type": "RichTextBlock",
      "inlines": [
       {"type":"TextRun","text":"Queue: "},
       {"type":"TextRun","text":"Identity team","weight":"Bolder"},
       {"type":"TextRun","text":". "},
       {
        "type": "TextRun",
        "text": "Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend."
       }
      ]
     },
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"1. "},{"type":"TextRun","text":"Ask the person who set the block whether its reason still applies."}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Do not make the repair by hand: approve it with a reason for each guard, or reject it.","weight":"Bolder"}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Why","weight":"Bolder"}]},
     {
      "type": "RichTextBlock",
      "inlines": [
       {"type":"TextRun","text":"Cause: "},
       {"type":"TextRun","text":"account suspended","weight":"Bolder"},
       {"type":"TextRun","text":" ("},
       {"type":"TextRun","text":"account_suspended","fontType":"Monospace"},
       {"type":"TextRun","text":", confidence high). It follows option 1 of Okta’s article."}
      ]
     },
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"• "},{"type":"TextRun","text":"the status is SUSPENDED"}]},
     {
      "type": "RichTextBlock",
      "inlines": [
       {"type":"TextRun","text":"• "},
       {"type":"TextRun","text":"Rule "},
       {"type":"TextRun","text":"suspended","fontType":"Monospace"},
       {"type":"TextRun","text":" (propose) matched: a person suspended the account"}
      ]
     },
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"What stopped Reenroll from acting","weight":"Bolder"}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"• "},{"type":"TextRun","text":"G9 unknown: hr@example.com is not a trusted actor"}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"What was done","weight":"Bolder"}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Nothing was written to Okta."}]},
     {"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"Reenroll RE-Anna/1","isSubtle":true}]}
    ],
    "actions": [{"type":"Action.OpenUrl","title":"Open RE-Anna","url":"https://ops.example.com/cases/RE-Anna"}]
   }
  }
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > the whole document > as Markdown 1`] = `
## What happened

2026-06-15 11:58 UTC: Okta reported that \`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) failed to enroll in Okta Verify (\`user.mfa.factor.activate\` \`FAILURE\`, reason \`invalidToken\`; confidence high).

**The event does not prove who made the attempt.** The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.

## What to do next

Queue: **Identity team**. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend.

1. Ask the person who set the block whether its reason still applies.

**Do not make the repair by hand: approve it with a reason for each guard, or reject it.**

## Why

Cause: **account suspended** (\`account_suspended\`, confidence high). It follows option 1 of Okta’s article.

- the status is SUSPENDED
- Rule \`suspended\` (propose) matched: a person suspended the account

## What stopped Reenroll from acting

- G9 unknown: hr@example.com is not a trusted actor

## What was done

Nothing was written to Okta.

## Steps for the user

**Send this only once what is named under “What to do next” is done and you have verified who asks.**

Your Okta account is suspended, and Okta Verify cannot be set up until that is lifted.

1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.

## Evidence

- Status \`SUSPENDED\` since 2026-06-15 12:00 UTC; account from \`OKTA\`
- Last sign-in never; password changed never
- Suspended 2026-06-15 12:00 UTC by \`hr@example.com\`, a \`User\` (transaction \`WEB\`). Okta records no reason.
- Device \`Phone\` (\`guo1\`): \`ACTIVE\`, \`IOS\` \`iPhone14,2\` OS \`18.1\`, last seen 2026-06-15 11:00 UTC
- Okta Verify \`push\` (\`opf1\`): \`PENDING_ACTIVATION\`, created 2026-06-15 11:00 UTC
- Other factors: \`webauthn\` \`ACTIVE\`
- User risk \`LOW\`

## Last events about the user

- 2026-06-15 12:00 UTC \`user.lifecycle.suspend\` \`SUCCESS\` by \`hr@example.com\`

## Links

- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)
- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)
- [System Log of the attempt](https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22), transaction \`tx-1\`
- For Okta Support, event ids: \`failure-1\`
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: account suspended, to approve: Unsuspend the user",
  "text": "## What happened\\n\\n2026-06-15 11:58 UTC: Okta reported that \`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) failed to enroll in Okta Verify (\`user.mfa.factor.activate\` \`FAILURE\`, reason \`invalidToken\`; confidence high).\\n\\n**The event does not prove who made the attempt.** The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Approve or reject in Reenroll before 2026-06-16 00:00 UTC: unsuspend the user. Each of these guards needs a reason: Blocked on purpose. To take it back: Suspend the user again: Directory > People > the user > More Actions > Suspend.\\n\\n1. Ask the person who set the block whether its reason still applies.\\n\\n**Do not make the repair by hand: approve it with a reason for each guard, or reject it.**\\n\\n## Why\\n\\nCause: **account suspended** (\`account_suspended\`, confidence high). It follows option 1 of Okta’s article.\\n\\n- the status is SUSPENDED\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What stopped Reenroll from acting\\n\\n- G9 unknown: hr@example.com is not a trusted actor\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\n**Send this only once what is named under “What to do next” is done and you have verified who asks.**\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\n## Evidence\\n\\n- Status \`SUSPENDED\` since 2026-06-15 12:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- Suspended 2026-06-15 12:00 UTC by \`hr@example.com\`, a \`User\` (transaction \`WEB\`). Okta records no reason.\\n- Device \`Phone\` (\`guo1\`): \`ACTIVE\`, \`IOS\` \`iPhone14,2\` OS \`18.1\`, last seen 2026-06-15 11:00 UTC\\n- Okta Verify \`push\` (\`opf1\`): \`PENDING_ACTIVATION\`, created 2026-06-15 11:00 UTC\\n- Other factors: \`webauthn\` \`ACTIVE\`\\n- User risk \`LOW\`\\n\\n## Last events about the user\\n\\n- 2026-06-15 12:00 UTC \`user.lifecycle.suspend\` \`SUCCESS\` by \`hr@example.com\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- [System Log of the attempt](https://acme-admin.okta.com/report/system_log_2?search=transaction.id%20eq%20%22tx-1%22), transaction \`tx-1\`\\n- For Okta Support, event ids: \`failure-1\`\\n",
  "severity": "normal",
  "labels": ["reenroll","case:RE-Anna","cause:account_suspended","state:awaiting_approval","severity:normal"],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": ["2026-06-15 12:00 UTC: A failed enrollment opened the case."]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > account_deactivated 1`] = `
[Security] Okta Verify enrollment failed for anna@example.com: account deactivated
Queue: **Security**. **Find out who tried to enroll for an account that is deactivated or deleted. Do not activate it before Identity and HR agree.**
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > account_locked_out 1`] = `
Okta Verify enrollment failed for anna@example.com: account locked out
Queue: **Identity team**. Ask the user whether the failed sign-ins were theirs. If so, wait until the lock ends or unlock the account; if not, hand the ticket to Security.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > account_recovery 1`] = `
Okta Verify enrollment failed for anna@example.com: password reset unfinished
Queue: **Identity team**. Ask the user whether they requested the reset. If so, have them finish it; if not, hand the ticket to Security.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > account_staged 1`] = `
Okta Verify enrollment failed for anna@example.com: account not started
Queue: **Identity team**. The activation has not been started. Check the start date with HR before anybody activates the account.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > account_suspended 1`] = `
Okta Verify enrollment failed for anna@example.com: account suspended
Queue: **Identity team**. Ask the person who suspended the account for the reason. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > activation_pending 1`] = `
Okta Verify enrollment failed for anna@example.com: activation pending
Queue: **Identity team**. Check that the address on file is right, then resend the activation mail from the user’s page.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > app_state_stale 1`] = `
Okta Verify enrollment failed for anna@example.com: stale app data
Queue: **Identity team**. Send the steps. Okta does not show whether a backup was restored to the phone, so ask the user.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > device_deactivated 1`] = `
Okta Verify enrollment failed for anna@example.com: device deactivated
Queue: **Identity team**. Make sure that the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user enroll again.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > device_jailbroken 1`] = `
[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device
Queue: **Security**. **Tell the user that the device is not supported, and let Security decide about its access. Nothing can be repaired.**
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > device_replaced 1`] = `
Okta Verify enrollment failed for anna@example.com: new or restored device
Queue: **Identity team**. Verify the person’s identity. A user with another strong method can remove the old enrollment; otherwise remove it for them. This removes all Okta Verify methods on all devices.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > device_suspended 1`] = `
Okta Verify enrollment failed for anna@example.com: device suspended
Queue: **Identity team**. Ask why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > enrollment_orphaned 1`] = `
Okta Verify enrollment failed for anna@example.com: unfinished enrollment blocks a new one
Queue: **Identity team**. Remove the Okta Verify enrollment on the user’s page, then send the steps. Check first that no Okta Verify method is active: all of them are removed.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > iphone15_ios17 1`] = `
Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17
Queue: **Identity team**. Send the steps. Okta’s article calls this a known issue and gives no fix; if the steps fail, open a case with Okta Support.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > password_expired 1`] = `
Okta Verify enrollment failed for anna@example.com: password expired
Queue: **Identity team**. Have the user sign in with a browser and change the password. Nothing needs to be changed in Okta.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > policy_denied 1`] = `
Okta Verify enrollment failed for anna@example.com: refused by policy
Queue: **Identity team**. Find the policy rule that refused the enrollment (Okta account management policy, sign-on or device assurance), and decide whether it should apply to this user and device.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > sign_in_blocked 1`] = `
Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices
Queue: **Identity team**. Ask the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.
`

exports[`test/ticket/draft/content.test.ts > TAP > what the title and the next step say for each cause > unknown 1`] = `
Okta Verify enrollment failed for anna@example.com: cause not known
Queue: **Identity team**. Send the steps. If they fail, collect the Okta Verify log and open a case with Okta Support.
`
