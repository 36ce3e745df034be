/** What each source gives, read as changes. */
import type {
  DynamoDBRecord,
  DynamoDBStreamHandler,
  KinesisStreamHandler,
  KinesisStreamRecordPayload,
  Handler as LambdaHandler
} from 'aws-lambda'
import { KeystormError, layout, models, t, text } from 'keystorm'
import {
  type ChangeIn,
  changes,
  consumer,
  type InvalidChange,
  InvalidEvent,
  type StreamEvent,
  type View
} from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'
import { errorFrom } from '../support/errors.ts'
import {
  after,
  app,
  before,
  captured,
  inKinesis,
  inPipe,
  KEYS,
  key,
  NEW,
  OLD,
  Order,
  streamed,
  typed
} from './records.ts'

const modified = streamed('MODIFY', { OldImage: OLD, NewImage: NEW })
const caught = captured('MODIFY', { OldImage: OLD, NewImage: NEW })
const sequence = '4959033827149025660855969253836157109592157598913658889'

/** What each source calls the change, and when it was. */
const sources: readonly [what: string, event: unknown, sequence: string, at: string][] = [
  ['DynamoDB Streams in Lambda', { Records: [modified] }, '400000000008367680591', '2020-07-16T21:44:42.000Z'],
  ['DynamoDB Streams in a pipe', [modified], '400000000008367680591', '2020-07-16T21:44:42.000Z'],
  ['one record', modified, '400000000008367680591', '2020-07-16T21:44:42.000Z'],
  ['Kinesis in Lambda', { Records: [inKinesis(caught)] }, `${sequence}1`, '2024-11-18T10:09:15.370Z'],
  ['Kinesis in a pipe', [inPipe(caught)], `${sequence}1`, '2024-11-18T10:09:15.370Z'],
  [
    'Kinesis with microseconds',
    {
      Records: [
        inKinesis(
          captured('MODIFY', {
            OldImage: OLD,
            NewImage: NEW,
            ApproximateCreationDateTime: 1_731_924_555_370_123,
            ApproximateCreationDateTimePrecision: 'MICROSECOND'
          })
        )
      ]
    },
    `${sequence}1`,
    '2024-11-18T10:09:15.370Z'
  ],
  [
    'GetRecords of the SDK',
    {
      $metadata: {},
      NextShardIterator: 'x',
      Records: [
        streamed('MODIFY', {
          OldImage: OLD,
          NewImage: { ...NEW, slip: { B: new Uint8Array([0, 255, 1]) } },
          ApproximateCreationDateTime: new Date('2026-01-02T03:04:05Z')
        })
      ]
    },
    '400000000008367680591',
    '2026-01-02T03:04:05.000Z'
  ]
]

test('the time of a record that was sent on as JSON is read, and a text that is none is not', () => {
  const timeIn = (ApproximateCreationDateTime: string | Date) => {
    const record = streamed('MODIFY', { OldImage: OLD, NewImage: NEW, ApproximateCreationDateTime })
    return [...changes(app, JSON.parse(JSON.stringify(record)))][0]?.at
  }
  assert.equal(timeIn(new Date('2026-01-02T03:04:05Z')), new Date('2026-01-02T03:04:05Z'))
  assert.is(timeIn('soon'), undefined)
})

for (const [what, event, sequence, at] of sources)
  test(`a change as it comes by ${what}`, () => {
    const found = [...changes(app, event as StreamEvent)]
    assert.is(found.length, 1)
    const [{ record, ...change } = { record: undefined }] = found
    assert.equal(change, {
      model: 'Order',
      kind: 'modified',
      before,
      after,
      key,
      expired: false,
      sequence,
      at: new Date(at)
    })
    assert.is((record as DynamoDBRecord).eventName, 'MODIFY')
  })

test('one side of a change, where the stream shows no other', () => {
  const records = { Records: [streamed('INSERT', { NewImage: NEW }), modified, streamed('REMOVE', { OldImage: OLD })] }
  const seen = (view: View) => [...changes(app, records, { view })].map(({ before, after }) => [before, after])
  assert.equal(seen('NEW_AND_OLD_IMAGES'), [
    [undefined, after],
    [before, after],
    [before, undefined]
  ])
  assert.equal(seen('NEW_IMAGE'), [
    [undefined, after],
    [undefined, after],
    [undefined, undefined]
  ])
  assert.equal(seen('OLD_IMAGE'), [
    [undefined, undefined],
    [before, undefined],
    [before, undefined]
  ])
  assert.equal(seen('KEYS_ONLY'), [
    [undefined, undefined],
    [undefined, undefined],
    [undefined, undefined]
  ])
  assert.equal(changes(app, records, { view: 'KEYS_ONLY' }).next().value?.key, key)
})

test('what is missing of a view is told, and not taken for nothing', async () => {
  const without = { Records: [streamed('MODIFY', { NewImage: NEW, StreamViewType: 'NEW_IMAGE' })] }
  const error = await errorFrom(() => [...changes(app, without)])
  assert.instance(error, InvalidEvent)
  assert.is(
    error.message,
    "Record 0 of the event has no OldImage; if its stream has other images, say which: { view: 'NEW_IMAGE' }, 'OLD_IMAGE' or 'KEYS_ONLY'."
  )
  assert.equal([...changes(app, without, { view: 'NEW_IMAGE' })].length, 1)
  const view = 'BOTH' as 'KEYS_ONLY'
  assert.match(
    (await errorFrom(() => changes(app, without, { view }))).message,
    /view must be one of NEW_AND_OLD_IMAGES/
  )
})

test('what time to live removes has expired, and nothing else', () => {
  const service = { type: 'Service', principalId: 'dynamodb.amazonaws.com' }
  const expired = (record: ReturnType<typeof streamed>) => [...changes(app, { Records: [record] })][0]?.expired
  const removed = (userIdentity: unknown) => streamed('REMOVE', { OldImage: OLD }, { userIdentity })
  assert.is(expired(removed(service)), true)
  assert.is(
    expired(removed({ Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' })),
    true,
    "as the SDK's client spells it"
  )
  assert.is(
    [...changes(app, [inPipe(captured('REMOVE', { OldImage: OLD }, { userIdentity: service }))])][0]?.expired,
    true
  )
  for (const other of [
    undefined,
    null,
    'Service',
    { ...service, type: 'User' },
    { ...service, principalId: 'replication.dynamodb.amazonaws.com' },
    { principalId: 'dynamodb.amazonaws.com' }
  ])
    assert.is(expired(removed(other)), false, JSON.stringify(other))
  assert.is(expired(streamed('MODIFY', { OldImage: OLD, NewImage: NEW }, { userIdentity: service })), false)
})

test('rows of no model keep what they have', () => {
  const Keys = { PK: { S: 'somebody' }, SK: { S: 'else' } }
  const row = { ...Keys, data: { B: 'AP8B' } }
  const [other] = changes(app, { Records: [streamed('REMOVE', { Keys, OldImage: row })] })
  assert.is(other?.model, undefined)
  assert.equal([other?.kind, other?.key, other?.before, other?.after], ['removed', Keys, row, undefined])
  const another = { Keys: { id: { N: '1' } }, NewImage: { id: { N: '1' } } }
  assert.is([...changes(app, [streamed('INSERT', another)])][0]?.model, undefined, 'a table with other keys')
  assert.is([...changes(models({}), [modified])][0]?.model, undefined)
})

test('models of one template are told apart by the type in the image', async () => {
  const Keys = { pk: { S: 'USER#1' }, sk: { S: 'p' } }
  const of = (name: string) => ({ ...Keys, _et: { S: name } })
  const read = (dynamodb: object, view?: View) => [
    ...changes(typed, [streamed('MODIFY', { Keys, ...dynamodb })], { view })
  ]
  assert.is(read({ OldImage: of('Letter'), NewImage: of('Letter') })[0]?.model, 'Letter')
  assert.is(read({ OldImage: of('Letter') }, 'OLD_IMAGE')[0]?.model, 'Letter')
  assert.is(read({}, 'KEYS_ONLY')[0]?.model, undefined, 'which nobody can say')
  assert.is(read({ OldImage: of('Fax'), NewImage: of('Fax') })[0]?.model, undefined)
  const changed = (old: object, now: object) => errorFrom(() => read({ OldImage: old, NewImage: now }))
  assert.match((await changed(of('Letter'), of('Profile'))).message, /_et: the row was of Letter, and is of Profile/)
  assert.match((await changed(of('Letter'), of('Fax'))).message, /_et: the row was of Letter, and is of no model/)
  assert.match((await changed(Keys, of('Profile'))).message, /_et: the row was of no model, and is of Profile/)
})

test('a key that cannot be read back comes from an image', async () => {
  const mails = layout({ pk: 'pk' })
  const Mail = mails.model('Mail').pk(text('MAIL#{mail:lower}')).fields({ mail: t.string() })
  const set = models({ Mail })
  const Keys = { pk: { S: 'MAIL#ann@x.org' } }
  const row = { ...Keys, mail: { S: 'Ann@x.org' } }
  const [created] = changes(set, [streamed('INSERT', { Keys, NewImage: row })])
  assert.equal(created?.key, { mail: 'Ann@x.org' })
  const error = await errorFrom(() => [...changes(set, [streamed('INSERT', { Keys })], { view: 'KEYS_ONLY' })])
  assert.match(
    error.message,
    /Mail: the item under pk "MAIL#ann@x.org" does not fit: mail: it cannot be read back from the key/
  )
})

/** Records that are none, and what is said of them. */
const broken: readonly [what: string, record: unknown, problem: string][] = [
  ['nothing', null, 'is no record, but null'],
  ['a text', '{"eventName":', 'is no record, but "{\\"eventName\\":"'],
  ['an empty one', {}, 'has no member dynamodb, but nothing'],
  ['one without what it says', { ...modified, dynamodb: undefined }, 'has no member dynamodb, but nothing'],
  ['one of another kind', { ...modified, eventName: 'UPSERT' }, 'is of "UPSERT", and not of INSERT, MODIFY or REMOVE'],
  ['one of the kind of all objects', { ...modified, eventName: 'toString' }, 'is of "toString"'],
  ['one without a number', streamed('INSERT', { SequenceNumber: undefined }), 'has no sequence number, but nothing'],
  ['one without keys', streamed('INSERT', { Keys: undefined }), 'has no Keys'],
  [
    'one with damaged keys',
    streamed('INSERT', { Keys: { ...KEYS, SK: { S: 7 } } }),
    'has keys that are no stored values'
  ],
  [
    'one with a key of no type',
    streamed('INSERT', { Keys: { ...KEYS, SK: {} } }),
    'has keys that are no stored values'
  ],
  ['one with empty keys', streamed('INSERT', { Keys: {} }), 'has no Keys'],
  ['one whose image is none', streamed('INSERT', { NewImage: 'x' }), 'has a member NewImage that is no row, but "x"'],
  ['Kinesis data of others', inKinesis('temperature=3'), 'has data that are no JSON of a record'],
  ['Kinesis data of other JSON', inKinesis({ temperature: 3 }), 'has no member dynamodb, but nothing'],
  [
    'Kinesis data that are cut off',
    inPipe(JSON.stringify(caught).slice(0, -9)),
    'has data that are no JSON of a record'
  ],
  ['Kinesis without data', { ...inKinesis(1), kinesis: {} }, 'has no data, but nothing']
]

for (const [what, record, problem] of broken)
  test(`${what} is no record, and none is lost`, async () => {
    const event = [modified, record, streamed('INSERT', { NewImage: NEW })] as StreamEvent
    const loop = changes(app, event)
    assert.is(loop.next().value?.kind, 'modified')
    const error = await errorFrom(() => loop.next())
    assert.instance(error, InvalidEvent)
    assert.ok(error.message.startsWith(`Record 1 of the event ${problem}`), error.message)
    const told: InvalidChange[] = []
    const found = [...changes(app, event, { invalid: invalid => told.push(invalid) })]
    assert.equal(
      found.map(({ kind }) => kind),
      ['modified', 'created']
    )
    assert.equal(
      told.map(({ error, record }) => [error.message, record]),
      [[error.message, record]]
    )
  })

test('a row that does not fit is thrown, or told with what the record says', async () => {
  const misfit = streamed('INSERT', { NewImage: { ...NEW, total: { S: 'much' } } })
  const error = await errorFrom(() => [...changes(app, [misfit])])
  assert.match(error.message, /Order: the item under PK "U#ann#Order", SK "O#7" does not fit: total/)
  const told: InvalidChange[] = []
  assert.equal([...changes(app, [misfit], { invalid: invalid => told.push(invalid) })], [])
  const [invalid] = told
  assert.equal(invalid?.change?.key, KEYS)
  assert.equal(invalid?.change?.after?.total, { S: 'much' })
  assert.equal(invalid?.error.code, 'UndecodableItem')
})

/** Events of others, and what is said of them. */
const foreign: readonly [what: string, event: unknown, problem: string][] = [
  ['nothing', undefined, "must be one of Lambda's, but is nothing"],
  ['a text', 'x', 'must be one of Lambda\'s, but is "x"'],
  [
    'an HTTP request',
    { version: '2.0', headers: {}, body: '' },
    "is not of DynamoDB's changes: its Records are nothing"
  ],
  ['what is cut off', { Records: '[' }, 'is not of DynamoDB\'s changes: its Records are "["'],
  [
    'SQS',
    { Records: [{ messageId: '1', body: '{}', eventSource: 'aws:sqs' }] },
    'is not of DynamoDB\'s changes: its record 0 is of "aws:sqs"'
  ],
  [
    'S3',
    { Records: [{ eventName: 'ObjectCreated:Put', eventSource: 'aws:s3', s3: {} }] },
    'is not of DynamoDB\'s changes: its record 0 is of "aws:s3"'
  ],
  [
    'SNS',
    { Records: [{ EventSource: 'aws:sns', Sns: {} }] },
    'is not of DynamoDB\'s changes: its record 0 is of "aws:sns"'
  ],
  [
    'some of both',
    { Records: [modified, { eventSource: 'aws:sqs' }] },
    'is not of DynamoDB\'s changes: its record 1 is of "aws:sqs"'
  ]
]

for (const [what, event, problem] of foreign)
  test(`an event of ${what} is refused at once, and before anything is done`, async () => {
    const error = await errorFrom(() => changes(app, event as StreamEvent))
    assert.instance(error, InvalidEvent)
    assert.instance(error, KeystormError)
    assert.is(error.message, `The event ${problem}.`)
    const handler = consumer(app, { other: () => assert.unreachable() })
    assert.is((await errorFrom(() => handler(event as StreamEvent))).message, error.message)
  })

test('without models there is nothing to read by', async () => {
  const error = await errorFrom(() => changes(Order as never, []))
  assert.match(error.message, /changes\(\): takes what models\(\) gives/)
})

// The types of Lambda's own package fit, without a cast.
const handler = consumer(app, { other: () => {} })
export const handlers: [
  DynamoDBStreamHandler,
  KinesisStreamHandler,
  LambdaHandler<DynamoDBRecord[]>,
  LambdaHandler<KinesisStreamRecordPayload[]>
] = [handler, handler, handler, handler]
export const streamHandler: DynamoDBStreamHandler = async event => {
  for (const change of changes(app, event)) {
    if (change.model === 'Order' && change.kind === 'modified') {
      const total: number = change.before.total + change.after.total
      const order: ChangeIn<typeof app, 'Order', 'modified'> = change
      return void [total, order]
    }
    if (change.model === 'Account' && change.kind === 'removed') {
      const nothing: undefined = change.after
      const kind: 'ACCOUNT' = change.before.kind
      return void [nothing, kind]
    }
  }
}

test('the compiler knows events of others, and what a view does not show', () => {
  const prelude = `import type { APIGatewayProxyEventV2, DynamoDBStreamEvent, S3Event, SQSEvent } from 'aws-lambda'
import { changes, consumer } from 'keystorm/streams'
import { app } from '../streams/records.ts'
declare const event: DynamoDBStreamEvent, sqs: SQSEvent, bucket: S3Event, http: APIGatewayProxyEventV2
`
  const refused = [
    ['changes(app, sqs)', /SQSEvent/],
    ['changes(app, bucket)', /S3Event/],
    ['changes(app, http)', /APIGatewayProxyEventV2/],
    ["for (const c of changes(app, event)) if (c.model === 'Order') c.after.total", /possibly 'undefined'/],
    [
      "for (const c of changes(app, event, { view: 'KEYS_ONLY' })) if (c.model === 'Order' && c.kind === 'modified') c.after.total",
      /undefined/
    ],
    ['for (const c of changes(app, event)) c.before?.total', /'total' does not exist/],
    ['consumer(app, {})', /'other' is missing/],
    ['consumer(app, { Oder: {}, other: () => {} })', /'Oder' does not exist/],
    ['consumer(app, { Order: { updated: () => {} }, other: () => {} })', /'updated' does not exist/],
    ['consumer(app, { Order: { created: c => c.before.total }, other: () => {} })', /undefined/],
    ["consumer(app, { Order: { modified: c => c.before.total }, other: () => {} }, { view: 'NEW_IMAGE' })", /undefined/]
  ] as const
  const said = compile(
    prelude,
    refused.map(([code]) => code)
  )
  for (const [i, [code, message]] of refused.entries()) assert.match(said[i]?.join('\n') ?? '', message, code)
})

test.run()
