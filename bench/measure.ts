/** Something to be measured: called with one entity after the other. It may give a promise, which is then awaited. */
export type Work<Input> = (input: Input) => unknown

export interface Effort {
  readonly rounds: number
  /** CPU time of one variant in one round. */
  readonly milliseconds: number
}

/** Nanoseconds a call, a figure for each round, in the order of the variants. */
export type Samples = readonly (readonly number[])[]

/** Nanoseconds a call, of CPU and on the clock. */
interface Figures {
  readonly cpu: number
  readonly clock: number
}

let sink: unknown // what is made must be kept somewhere, or the engine may not make it

/**
 * Measures variants of the same work. They take turns within a round, and each round begins with another one, so that a
 * slow moment of the machine is not one variant's alone. No collection of garbage is forced between them: it would free
 * what the engine has learned about the shapes of objects, and let it compile the code again and again.
 */
export const measureBoth = async <Input>(
  variants: readonly Work<Input>[],
  inputs: readonly Input[],
  { rounds, milliseconds }: Effort
): Promise<{ readonly [What in keyof Figures]: Samples }> => {
  const turns = variants.map(work => ({ work, calls: 0, samples: [] as Figures[] }))
  for (const turn of turns) turn.calls = await calibrate(turn.work, inputs, milliseconds)
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < turns.length; i++) {
      const turn = turns[(round + i) % turns.length]
      if (turn === undefined) continue
      turn.samples.push(await run(turn.work, inputs, turn.calls))
    }
  const all = (what: keyof Figures): Samples => turns.map(turn => turn.samples.map(figures => figures[what]))
  return { cpu: all('cpu'), clock: all('clock') }
}

/** The same, of CPU alone. */
export const measure = async <Input>(
  variants: readonly Work<Input>[],
  inputs: readonly Input[],
  effort: Effort
): Promise<Samples> => (await measureBoth(variants, inputs, effort)).cpu

/** Warms the code up for ten turns' time, and gives how many calls a turn has. */
const calibrate = async <Input>(work: Work<Input>, inputs: readonly Input[], milliseconds: number): Promise<number> => {
  const wanted = milliseconds * 1e6
  let calls = 8
  for (let spent = 0; ; ) {
    const { cpu: nanoseconds } = await run(work, inputs, calls)
    spent += nanoseconds * calls
    if (spent >= 10 * wanted) return Math.ceil(wanted / nanoseconds)
    if (nanoseconds * calls < wanted) calls *= 2
  }
}

const run = async <Input>(work: Work<Input>, inputs: readonly Input[], calls: number): Promise<Figures> => {
  const isAsync = work(inputs[0] as Input) instanceof Promise
  const [start, since] = [cpu(), performance.now()]
  if (isAsync) for (let i = 0; i < calls; i++) sink = await work(inputs[i % inputs.length] as Input)
  else for (let i = 0; i < calls; i++) sink = work(inputs[i % inputs.length] as Input)
  if (isAsync) await new Promise(setImmediate) // handlers are called late, and count
  return {
    cpu: Math.max((cpu() - start) / calls, 0.001),
    clock: ((performance.now() - since) * 1e6) / calls
  }
}

/** CPU time of this process in nanoseconds, collection of garbage included: other programs cost it nothing. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

/** Keeps the compiler from finding that nobody reads what was kept. */
export const kept = (): unknown => sink

export const median = (figures: readonly number[]): number => {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]]
  return (low + high) / 2
}
