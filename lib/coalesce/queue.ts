import type { GetItemCommandInput, GetItemCommandOutput } from '@aws-sdk/client-dynamodb'
import { Delivery } from '../driver/delivery.ts'
import { currentMeter, type Meter } from '../driver/meter.ts'
import { onAbort } from '../driver/signals.ts'
import { type Target, type TargetOptions, tableOf } from '../driver/target.ts'
import { isRefusal } from '../errors.ts'
import { COURSE } from '../verbs/batch/bulk.ts'
import { batchGetInput, idOf, type ReadEntry, Reads, readChunks, readsIn } from '../verbs/batch/requests.ts'

/** A get that waits for its item. */
interface Waiting {
  readonly input: GetItemCommandInput
  readonly options: TargetOptions
  resolve(output: GetItemCommandOutput): void
  reject(error: unknown): void
}

/** Gets that go into the same request: for one table, client and meter. */
interface Group {
  readonly target: Target
  readonly meter: Meter | undefined
  readonly gets: Set<Waiting>
  /** Aborted when no get waits any more. */
  readonly deserted: AbortController
}

/** Delays gets until others can join them. */
export class Queue {
  readonly #milliseconds: number
  #groups: Group[] = []

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  get(target: Target, input: GetItemCommandInput, options: TargetOptions): Promise<GetItemCommandOutput> {
    return new Promise((resolve, reject) => {
      const { signal } = options
      if (signal?.aborted) return reject(signal.reason)
      const { gets, deserted } = this.#group(target)
      const settle = (act: () => void) => {
        leave?.()
        gets.delete(waiting)
        if (gets.size === 0) deserted.abort()
        act()
      }
      const waiting: Waiting = {
        input,
        options,
        resolve: output => settle(() => resolve(output)),
        reject: error => settle(() => reject(error))
      }
      gets.add(waiting)
      const leave = signal && onAbort(signal, () => waiting.reject(signal.reason))
    })
  }

  #group(target: Target): Group {
    const meter = currentMeter()
    const known = this.#groups.find(group => group.meter === meter && isSame(group.target, target))
    if (known !== undefined) return known
    const group: Group = { target, meter, gets: new Set(), deserted: new AbortController() }
    this.#groups.push(group)
    const begin = () => {
      this.#groups = this.#groups.filter(other => other !== group)
      void carry(group)
    }
    // Both run `begin` in the asynchronous context of the first get, and so within its meter.
    if (this.#milliseconds > 0) setTimeout(begin, this.#milliseconds)
    else setImmediate(begin)
    return group
  }
}

const isSame = (one: Target, other: Target): boolean =>
  one.isSame(other) && one.label === other.label && one.connected.onRequest === other.connected.onRequest

/** Sends the gets of a group and settles each of them. */
const carry = async ({ target, gets, deserted: { signal } }: Group): Promise<void> => {
  const all = [...gets]
  const [first, another] = all
  if (first === undefined) return // all were aborted
  if (another === undefined) return alone(target, first)
  const reads = new Reads()
  for (const [place, { input }] of all.entries()) reads.add(place, input)
  const models = [...new Set(all.flatMap(({ options }) => [...options.models]))]
  const waitingFor = ({ places }: ReadEntry) =>
    places.flatMap(place => (all[place] && gets.has(all[place]) ? [all[place]] : []))
  const send = async (entries: readonly ReadEntry[], isRetry: boolean): Promise<ReadEntry[]> => {
    const wanted = entries.filter(entry => waitingFor(entry).length > 0)
    if (wanted.length === 0) return []
    try {
      const input = batchGetInput(tableOf(target), wanted)
      const answer = await target.send('BatchGetItem', input, { signal, isRetry, verb: 'get', models })
      const { found, left } = readsIn(wanted, answer)
      const undone = new Set(left)
      for (const entry of wanted) {
        if (undone.has(entry)) continue
        const Item = found.get(idOf(entry.key, Object.keys(entry.key)))
        for (const get of waitingFor(entry)) get.resolve({ $metadata: {}, ...(Item && { Item }) })
      }
      return left
    } catch (error) {
      const asking = wanted.flatMap(waitingFor)
      // One of the gets may be at fault.
      if (isRefusal(error, 'ValidationException')) await Promise.all(asking.map(get => alone(target, get)))
      else for (const get of asking) get.reject(error)
      return []
    }
  }
  const delivery = new Delivery<ReadEntry>({ ...COURSE, signal }, send, reads.entries)
  await delivery.run(readChunks(delivery.open.values()), () => true)
  await Promise.all([...gets].map(get => alone(target, get)))
}

/** Sends a get by itself. */
const alone = (target: Target, get: Waiting): Promise<void> =>
  target.send('GetItem', get.input, get.options).then(get.resolve, get.reject)
