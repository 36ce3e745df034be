/** Calls a Lambda function as AWS would: with the table's name and the credentials in the environment. */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { handler, type Request } from './lambda-handler.ts'
import { oneLine } from './print.ts'

const engine = await startLocalEngine()

// On AWS, all of these are set, except the endpoint.
delete process.env.AWS_PROFILE
Object.assign(process.env, {
  DB_TABLE_NAME: `notes-${process.pid}`,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint
})
await createTable(connect())

const call = async (request: Request, statusCode: number) => {
  const response = await handler(request)
  console.log(`${oneLine(request, 160)}\n  → ${oneLine(response, 160)}`)
  deepStrictEqual(response.statusCode, statusCode)
  return response.body
}

const note = (id: string, created: string, text: string) => ({ id, created, text })
const monday = note('1', '2026-03-02T09:00:00Z', 'water the trees')
const tuesday = note('2', '2026-03-03T09:00:00Z', 'pick the apples')

await call({ method: 'POST', user: 'ann', body: monday }, 201)
await call({ method: 'POST', user: 'ann', body: tuesday }, 201)
await call({ method: 'POST', user: 'ann', body: monday }, 409)
await call({ method: 'POST', user: 'ann', body: note('3', 'tomorrow', 'rest') }, 400)
await call({ method: 'POST', user: '', body: monday }, 400)

const notes = await call({ method: 'GET', user: 'ann' }, 200)
deepStrictEqual(
  notes,
  [tuesday, monday].map(({ created, ...rest }) => ({ user: 'ann', ...rest, created: new Date(created) }))
)
deepStrictEqual(await call({ method: 'GET', user: 'bob' }, 200), [])

await engine.client.send(new DeleteTableCommand({ TableName: process.env.DB_TABLE_NAME }))
await engine.stop()
