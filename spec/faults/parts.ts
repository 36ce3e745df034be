/** Parts of requests: what a service that has enough to do leaves for later. */
import type { Answer } from './proxy.ts'
import type { Dice } from './seeded.ts'

/** A request of BatchWriteItem or BatchGetItem, by table: writes, or keys with what is to be read of them. */
type RequestItems = Record<string, unknown[] | { readonly Keys: unknown[] }>

export interface Body {
  readonly RequestItems?: RequestItems
  readonly Limit?: number
}

/** Splits a batch at random. `kept` is `undefined` where nothing is: the engine would refuse an empty batch. */
export const partOf = (items: RequestItems, dice: Dice): { kept: RequestItems | undefined; rest: RequestItems } => {
  const share = dice() < 0.2 ? 0 : dice()
  const kept: RequestItems = {}
  const rest: RequestItems = {}
  for (const [table, requests] of Object.entries(items)) {
    const all = Array.isArray(requests) ? requests : requests.Keys
    const part = all.map(request => ({ request, isKept: dice() < share }))
    for (const [target, isKept] of [
      [kept, true],
      [rest, false]
    ] as const) {
      const some = part.filter(one => one.isKept === isKept).map(({ request }) => request)
      if (some.length > 0) target[table] = Array.isArray(requests) ? some : { ...requests, Keys: some }
    }
  }
  return { kept: Object.keys(kept).length > 0 ? kept : undefined, rest }
}

/** The engine's answer to a part, as the answer to the whole. */
export const withoutPart = (operation: string, { status, body }: Answer, rest: RequestItems): Answer => {
  const name = operation === 'BatchGetItem' ? 'UnprocessedKeys' : 'UnprocessedItems'
  const answer = JSON.parse(body) as Record<string, RequestItems | undefined>
  const left: RequestItems = { ...answer[name] }
  for (const [table, requests] of Object.entries(rest)) {
    const before = left[table]
    if (before === undefined) left[table] = requests
    else if (Array.isArray(before) && Array.isArray(requests)) left[table] = [...before, ...requests]
    else if (!Array.isArray(before) && !Array.isArray(requests))
      left[table] = { ...requests, Keys: [...before.Keys, ...requests.Keys] }
  }
  return { status, body: JSON.stringify({ ...answer, [name]: left }) }
}

/** The same query or scan for fewer items: at least one, at most ten. */
export const cutPage = (text: string, dice: Dice): string => {
  const body = JSON.parse(text) as Body
  return JSON.stringify({ ...body, Limit: Math.min(body.Limit ?? 10, 1 + Math.floor(dice() * 10)) })
}
