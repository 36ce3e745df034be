/** A Lambda function. DB_TABLE_NAME names its table. Its client has the SDK's defaults. */
import { connect, ItemExists, isKeystormError, model, t } from 'keystorm'

const Note = model('Note').pk('user').sk('C#created', 'I#id').fields({ created: t.date(), text: t.string() })

// At module level, so all calls of a warm function share one client and one pool of connections.
const db = connect()

export interface Request {
  readonly method: 'GET' | 'POST'
  /** From the token that the gateway has checked. */
  readonly user: string
  readonly body?: { readonly id: string; readonly created: string; readonly text: string }
}

export interface Response {
  readonly statusCode: number
  readonly body: unknown
}

export const handler = async ({ method, user, body }: Request): Promise<Response> => {
  try {
    if (method === 'GET') return { statusCode: 200, body: await db.query(Note).where({ user }).reverse().limit(20) }
    if (body === undefined) return { statusCode: 400, body: 'The body is missing.' }
    const { id, created, text } = body
    return { statusCode: 201, body: await db.create(Note, { user, id, created: new Date(created), text }) }
  } catch (error) {
    if (error instanceof ItemExists) return { statusCode: 409, body: 'There is such a note.' }
    if (isKeystormError(error) && (error.code === 'InvalidItem' || error.code === 'InvalidKey'))
      return { statusCode: 400, body: error.message }
    throw error
  }
}
