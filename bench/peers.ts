/** The entity of ten attributes through other libraries, under the same keys. */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { Table as OneTable } from 'dynamodb-onetable'
import {
  $add,
  boolean,
  Entity,
  EntityFormatter,
  GetItemCommand,
  item,
  list,
  map,
  number,
  PutItemCommand,
  QueryCommand,
  string,
  Table,
  UpdateItemCommand
} from 'dynamodb-toolbox'
import { Entity as ElectroEntity } from 'electrodb'
import { type Integration, LIMIT, TABLE } from './integration.ts'

export const PEER_VERBS = ['get', 'put', 'query, range', 'query GSI1, range', 'update'] as const

/** What a peer does of what is measured. All of OneTable's is asynchronous. */
export interface Peer {
  readonly build: Readonly<Record<(typeof PEER_VERBS)[number], (item: Integration) => unknown>>
  readonly parse: (page: readonly Record<string, AttributeValue>[]) => readonly unknown[]
}

interface Plain {
  readonly Key?: object | undefined
  readonly Item?: object | undefined
  readonly ExpressionAttributeValues?: object | undefined
}

/** What the document client makes of an input before it is sent; libraries that leave it to that client are measured with it. */
const wired = (input: Plain) => ({
  ...input,
  ...(input.Key && { Key: marshall(input.Key) }),
  ...(input.Item && { Item: marshall(input.Item) }),
  ...(input.ExpressionAttributeValues && { ExpressionAttributeValues: marshall(input.ExpressionAttributeValues) })
})

const PREFIX = 'INT0'
const REVERSED = { limit: LIMIT, order: 'desc' } as const

const electro = (): Peer => {
  const required = true
  const sk = { field: 'SK', composite: ['integration_id'], template: `I#\${integration_id}`, casing: 'none' } as const
  const Model = new ElectroEntity(
    {
      model: { entity: 'Integration', version: '1', service: TABLE },
      attributes: {
        tenant: { type: 'string', required },
        tenant_name: { type: 'string', required },
        integration_id: { type: 'string', required },
        owner: { type: 'string', required },
        locked: { type: 'boolean', required },
        last_seen_run: { type: 'string', required },
        enabled: { type: 'boolean', required },
        notebook_path: { type: 'string', required },
        created_on: { type: 'number', required },
        static_files: { type: 'list', items: { type: 'string' }, required },
        dynamic_files: {
          type: 'list',
          items: {
            type: 'map',
            properties: { path: { type: 'string', required }, size: { type: 'number', required } }
          },
          required
        }
      },
      indexes: {
        tenants: {
          pk: { field: 'PK', composite: ['tenant'], template: `T#\${tenant}#Integrations`, casing: 'none' },
          sk
        },
        owners: {
          index: 'GSI1',
          pk: { field: 'GSI1PK', composite: ['owner'], template: `O#\${owner}#Integrations`, casing: 'none' },
          sk
        }
      }
    },
    { table: TABLE }
  )
  return {
    build: {
      get: ({ tenant, integration_id }) => wired(Model.get({ tenant, integration_id }).params()),
      put: given => wired(Model.put(mutable(given)).params()),
      'query, range': ({ tenant }) =>
        wired(Model.query.tenants({ tenant }).begins({ integration_id: PREFIX }).params(REVERSED)),
      'query GSI1, range': ({ owner }) =>
        wired(Model.query.owners({ owner }).begins({ integration_id: PREFIX }).params(REVERSED)),
      update: ({ tenant, integration_id, enabled, last_seen_run }) =>
        wired(Model.patch({ tenant, integration_id }).set({ enabled, last_seen_run }).add({ created_on: 1 }).params())
    },
    parse: page => Model.parse({ Items: page.map(stored => unmarshall(stored)) }).data
  }
}

/** The same item: its lists are only as readonly as types say. */
const mutable = (given: Integration) => ({
  ...given,
  static_files: [...given.static_files],
  dynamic_files: [...given.dynamic_files]
})

const toolbox = (): Peer => {
  const table = new Table({
    name: TABLE,
    documentClient: {} as DynamoDBDocumentClient, // nothing is sent
    partitionKey: { name: 'PK', type: 'string' },
    sortKey: { name: 'SK', type: 'string' },
    indexes: {
      GSI1: {
        type: 'global',
        partitionKey: { name: 'GSI1PK', type: 'string' },
        sortKey: { name: 'SK', type: 'string' }
      }
    }
  })
  const Model = new Entity({
    name: 'Integration',
    table,
    timestamps: false,
    entityAttribute: false,
    schema: item({
      tenant: string().key(),
      integration_id: string().key(),
      tenant_name: string(),
      owner: string(),
      locked: boolean(),
      last_seen_run: string(),
      enabled: boolean(),
      notebook_path: string(),
      created_on: number(),
      static_files: list(string()),
      dynamic_files: list(map({ path: string(), size: number() }))
    }).and(() => ({
      GSI1PK: string()
        .hidden()
        .link(given => `O#${(given as { owner?: string }).owner}#Integrations`) // its type knows no owner here
    })),
    computeKey: key => ({ PK: `T#${key.tenant}#Integrations`, SK: `I#${key.integration_id}` })
  })
  const options = { limit: LIMIT, reverse: true } as const
  const range = { beginsWith: `I#${PREFIX}` } as const
  const formatter = Model.build(EntityFormatter)
  return {
    build: {
      get: ({ tenant, integration_id }) => wired(Model.build(GetItemCommand).key({ tenant, integration_id }).params()),
      put: given => wired(Model.build(PutItemCommand).item(mutable(given)).params()),
      'query, range': ({ tenant }) =>
        wired(
          table
            .build(QueryCommand)
            .entities(Model)
            .query({ partition: `T#${tenant}#Integrations`, range })
            .options(options)
            .params()
        ),
      'query GSI1, range': ({ owner }) =>
        wired(
          table
            .build(QueryCommand)
            .entities(Model)
            .query({ index: 'GSI1', partition: `O#${owner}#Integrations`, range })
            .options(options)
            .params()
        ),
      update: ({ tenant, integration_id, enabled, last_seen_run }) =>
        wired(
          Model.build(UpdateItemCommand)
            .item({ tenant, integration_id, enabled, last_seen_run, created_on: $add(1) })
            .options({ condition: { attr: 'integration_id', exists: true } })
            .params()
        )
    },
    parse: page => page.map(stored => formatter.format(unmarshall(stored)))
  }
}

const oneTable = (client: DynamoDBClient): Peer => {
  const required = true
  const text = { type: String, required }
  const table = new OneTable({
    name: TABLE,
    client,
    partial: false,
    hidden: false,
    schema: {
      format: 'onetable:1.1.0',
      version: '0.0.1',
      indexes: { primary: { hash: 'PK', sort: 'SK' }, GSI1: { hash: 'GSI1PK', sort: 'SK', project: 'all' } },
      models: {
        Integration: {
          PK: { type: String, value: `T#\${tenant}#Integrations` },
          SK: { type: String, value: `I#\${integration_id}` },
          GSI1PK: { type: String, value: `O#\${owner}#Integrations` },
          tenant: { ...text, filter: false },
          tenant_name: text,
          integration_id: text,
          owner: { ...text, filter: false },
          locked: { type: Boolean, required },
          last_seen_run: text,
          enabled: { type: Boolean, required },
          notebook_path: text,
          created_on: { type: Number, required },
          static_files: { type: Array, required, items: { type: String } },
          dynamic_files: {
            type: Array,
            required,
            items: { type: Object, schema: { path: text, size: { type: Number, required } } }
          }
        }
      },
      params: { timestamps: false }
    }
  })
  const Model = table.getModel('Integration')
  const execute = false
  const query = { limit: LIMIT, reverse: true, execute }
  const begins = { begins: `I#${PREFIX}` }
  // How find() reads a page; its types do not show it.
  const parsing = {
    properties: {},
    params: { parse: true, high: true, checked: true },
    index: { hash: 'PK', sort: 'SK' }
  }
  const reading = Model as unknown as {
    parseResponse(operation: 'find', expression: typeof parsing, page: unknown[]): unknown[]
  }
  return {
    build: {
      get: ({ tenant, integration_id }) => Model.get({ tenant, integration_id }, { execute }),
      put: given => Model.create(mutable(given), { exists: null, execute }),
      'query, range': ({ tenant }) => Model.find({ tenant, SK: begins } as never, query),
      'query GSI1, range': ({ owner }) => Model.find({ owner, SK: begins } as never, { ...query, index: 'GSI1' }),
      update: ({ tenant, integration_id, enabled, last_seen_run }) =>
        Model.update(
          { tenant, integration_id, enabled, last_seen_run },
          { add: { created_on: 1 }, return: 'NONE', execute }
        )
    },
    parse: page => reading.parseResponse('find', parsing, [...page])
  }
}

/** The peers, by their names. */
export const peersOf = (client: DynamoDBClient): Readonly<Record<string, Peer>> => ({
  electrodb: electro(),
  'dynamodb-toolbox': toolbox(),
  'dynamodb-onetable': oneTable(client)
})
