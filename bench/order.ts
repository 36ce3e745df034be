import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { beginsWith, connect, gt, gte, model, plus, t } from 'keystorm'
import type { Client, Stored } from './client.ts'
import { LIMIT, PAGE, TABLE } from './integration.ts'
import type { Variant } from './variant.ts'

/** An entity of eighteen attributes, of all that tables have: dates, sets, bytes, maps in lists, what may be absent. */
export interface Order {
  readonly customer: string
  readonly placed: Date
  readonly number: string
  readonly status: 'open' | 'paid' | 'sent'
  readonly currency: string
  readonly total: number
  readonly discount?: number
  readonly isGift: boolean
  readonly note?: string
  readonly due: Date
  readonly paid?: Date
  readonly tags: ReadonlySet<string>
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[]
  readonly address: { readonly street: string; readonly city: string; readonly zip: string; readonly country: string }
  readonly coupons: readonly string[]
  readonly weights: Readonly<Record<string, number>>
  readonly seal: Uint8Array
  readonly revision: number
}

const order = (i: number): Order => ({
  customer: `customer-${Math.floor(i / PAGE)}`,
  placed: new Date(1_760_000_000_000 + i * 3_600_000),
  number: `N${String(i).padStart(5, '0')}`,
  status: (['open', 'paid', 'sent'] as const)[i % 3] ?? 'open',
  currency: 'EUR',
  total: 1999 + i,
  ...(i % 2 === 0 && { discount: 0.05 }),
  isGift: i % 5 === 0,
  ...(i % 3 === 0 && { note: `ring twice, door ${i}` }),
  due: new Date(1_762_000_000_000 + i * 3_600_000),
  ...(i % 3 !== 0 && { paid: new Date(1_761_000_000_000 + i * 3_600_000) }),
  tags: new Set(['web', `campaign-${i % 4}`]),
  lines: [
    { sku: `SKU-${i}`, quantity: 1 + (i % 4), price: 499 },
    { sku: `SKU-${i + 1}`, quantity: 2, price: 1500 }
  ],
  address: { street: `Long Street ${i}`, city: 'Utrecht', zip: `35${i % 100}`, country: 'NL' },
  coupons: ['SPRING', `C-${i}`],
  weights: { parcel: 1.5, [`SKU-${i}`]: 0.25 },
  seal: Uint8Array.of(1, 2, 3, i % 256),
  revision: i % 9
})

export const orders: readonly Order[] = Array.from({ length: 3 * PAGE }, (_, i) => order(i))

const keyOf = ({ customer, placed, number }: Order) => ({
  PK: `C#${customer}#Order`,
  SK: `P#${placed.toISOString()}#N#${number}`
})
const statusOf = ({ status }: Order) => `S#${status}#Order`

/** The present time, for all variants. */
const clock = () => new Date(1_764_000_000_000)

const rowOf = (item: Order) => ({
  ...keyOf(item),
  GSI1PK: statusOf(item),
  ...item,
  placed: item.placed.toISOString(),
  due: item.due.toISOString(),
  paid: item.paid?.toISOString()
})

/** With the SDK alone: dates become text, and text dates, by hand. */
export const orderByHand = (client: Client): Variant<Order> => ({
  build: {
    get: item => ({ TableName: TABLE, Key: marshall(keyOf(item)) }),
    put: item => ({ TableName: TABLE, Item: marshall(rowOf(item), { removeUndefinedValues: true }) }),
    'create, stamped': item => {
      const now = clock().toISOString()
      const stamps = { channel: 'web', version: 1, made: now, changed: now }
      return {
        TableName: TABLE,
        Item: marshall({ ...stamps, ...rowOf(item) }, { removeUndefinedValues: true }),
        ConditionExpression: 'attribute_not_exists(PK)'
      }
    },
    'query, range': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({
        ':pk': `C#${item.customer}#Order`,
        ':sk': `P#${item.placed.toISOString()}#N#N0`
      }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query GSI1': item => ({
      TableName: TABLE,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': statusOf(item), ':sk': 'P#' }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    update: item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      UpdateExpression: 'SET #0 = :0, #1 = :1, #2 = if_not_exists(#2, :2) + :3',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: { '#0': 'due', '#1': 'coupons', '#2': 'revision' },
      ExpressionAttributeValues: marshall({ ':0': item.due.toISOString(), ':1': item.coupons, ':2': 0, ':3': 1 })
    }),
    'get, only': item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      ProjectionExpression: 'PK, SK, #0, #1',
      ExpressionAttributeNames: { '#0': 'total', '#1': 'currency' }
    }),
    'query, filter': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      FilterExpression: '#0 > :0',
      ExpressionAttributeNames: { '#0': 'total' },
      ExpressionAttributeValues: marshall({ ':pk': `C#${item.customer}#Order`, ':sk': 'P#', ':0': item.total })
    }),
    'update, if': item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      UpdateExpression: 'SET #0 = :0',
      ConditionExpression: 'attribute_exists(PK) AND (#1 >= :1)',
      ExpressionAttributeNames: { '#0': 'currency', '#1': 'total' },
      ExpressionAttributeValues: marshall({ ':0': item.currency, ':1': item.total }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
    }),
    'update, index key': item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      UpdateExpression: 'SET #0 = :0, #1 = :1',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: { '#0': 'status', '#1': 'GSI1PK' },
      ExpressionAttributeValues: marshall({ ':0': item.status, ':1': statusOf(item) })
    }),
    'delete, if': item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      ConditionExpression: '#0 = :0',
      ExpressionAttributeNames: { '#0': 'isGift' },
      ExpressionAttributeValues: marshall({ ':0': item.isGift }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
    })
  },
  read: async () => {
    const command = new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': 'C#customer-0#Order', ':sk': 'P#' })
    })
    const { Items = [] } = await client.send(command)
    return Items.map(stored => {
      const { PK, SK, GSI1PK, ...item } = unmarshall(stored)
      return {
        ...item,
        placed: new Date(item.placed),
        due: new Date(item.due),
        ...(item.paid && { paid: new Date(item.paid) })
      }
    })
  }
})

const fields = {
  placed: t.date(),
  status: t.oneOf('open', 'paid', 'sent'),
  currency: t.string(),
  total: t.int(),
  discount: t.number().optional(),
  isGift: t.boolean(),
  note: t.string().optional(),
  due: t.date(),
  paid: t.date().optional(),
  tags: t.set(t.string()),
  lines: t.list(t.map({ sku: t.string(), quantity: t.int(), price: t.int() })),
  address: t.map({ street: t.string(), city: t.string(), zip: t.string(), country: t.string() }),
  coupons: t.list(t.string()),
  weights: t.record(t.number()),
  seal: t.binary(),
  revision: t.int()
}
const Keyed = model('Order').pk('customer').sk('placed', 'number').gsi1('status')
const OrderModel = Keyed.fields(fields)
/** The same with a default, a version and times that the library writes. */
const Stamped = Keyed.fields({
  ...fields,
  channel: t.string().default('web'),
  version: t.version(),
  made: t.createdAt(),
  changed: t.updatedAt()
})

/** Through keystorm. */
export const orderByKeystorm = (client: Client): Variant<Order> => {
  const db = connect({ table: TABLE, client, clock })
  const keyOf = ({ customer, placed, number }: Order) => ({ customer, placed, number })
  return {
    build: {
      get: item => db.get(OrderModel, keyOf(item)).compile(),
      put: item => db.put(OrderModel, item).compile(),
      'create, stamped': item => db.create(Stamped, item).compile(),
      'query, range': ({ customer, placed }) =>
        db
          .query(OrderModel)
          .where({ customer, placed, number: beginsWith('N0') })
          .limit(LIMIT)
          .reverse()
          .compile(),
      'query GSI1': ({ status }) => db.query(OrderModel).where({ status }).onGsi1().limit(LIMIT).reverse().compile(),
      update: item =>
        db
          .update(OrderModel, keyOf(item))
          .set({ due: item.due, coupons: item.coupons, revision: plus(1) })
          .compile(),
      'get, only': item => db.get(OrderModel, keyOf(item)).only('total', 'currency').compile(),
      'query, filter': ({ customer, total }) =>
        db
          .query(OrderModel)
          .where({ customer })
          .filter({ total: gt(total) })
          .compile(),
      'update, if': item =>
        db
          .update(OrderModel, keyOf(item))
          .set({ currency: item.currency })
          .if({ total: gte(item.total) })
          .compile(),
      'update, index key': item => db.update(OrderModel, keyOf(item)).set({ status: item.status }).compile(),
      'delete, if': item => db.delete(OrderModel, keyOf(item)).if({ isGift: item.isGift }).compile()
    },
    read: async () => await db.query(OrderModel).where({ customer: 'customer-0' })
  }
}

const text = (S: string): AttributeValue => ({ S })
const number = (N: number): AttributeValue => ({ N: String(N) })
const texts = (all: Iterable<string>): AttributeValue => ({ L: [...all].map(text) })

const storedOrder = (item: Order): Stored => ({
  PK: text(keyOf(item).PK),
  SK: text(keyOf(item).SK),
  GSI1PK: text(statusOf(item)),
  customer: text(item.customer),
  placed: text(item.placed.toISOString()),
  number: text(item.number),
  status: text(item.status),
  currency: text(item.currency),
  total: number(item.total),
  ...(item.discount !== undefined && { discount: number(item.discount) }),
  isGift: { BOOL: item.isGift },
  ...(item.note !== undefined && { note: text(item.note) }),
  due: text(item.due.toISOString()),
  ...(item.paid && { paid: text(item.paid.toISOString()) }),
  tags: { SS: [...item.tags] },
  lines: {
    L: item.lines.map(({ sku, quantity, price }) => ({
      M: { sku: text(sku), quantity: number(quantity), price: number(price) }
    }))
  },
  address: { M: Object.fromEntries(Object.entries(item.address).map(([name, value]) => [name, text(value)])) },
  coupons: texts(item.coupons),
  weights: { M: Object.fromEntries(Object.entries(item.weights).map(([name, value]) => [name, number(value)])) },
  seal: { B: item.seal },
  revision: number(item.revision)
})

export const storedOrders: readonly Stored[] = orders.map(storedOrder)
