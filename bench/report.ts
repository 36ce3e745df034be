import { median, type Samples } from './measure.ts'

/** Ratios to hand-written code. A missed target fails the run, a missed goal does not. */
const TARGETS = {
  building: { target: 0.5, goal: 0.4 },
  decoding: { target: 0.25, goal: 0.12 },
  requests: { target: 0.95, goal: 0.9 }
} as const

export type Group = keyof typeof TARGETS

export interface Result {
  readonly group: Group
  readonly name: string
  /** Nanoseconds for one call, and the ratio to the first variant: both medians over the rounds. */
  readonly variants: readonly { readonly variant: string; readonly nanoseconds: number; readonly ratio: number }[]
}

export const resultOf = (group: Group, name: string, variants: readonly string[], samples: Samples): Result => ({
  group,
  name,
  variants: variants.map((variant, i) => {
    const own = samples[i] ?? []
    const ratios = own.map((figure, round) => figure / (samples[0]?.[round] ?? Number.NaN))
    return { variant, nanoseconds: median(own), ratio: median(ratios) }
  })
})

export interface Verdict {
  readonly group: Group
  /** The operation with the highest ratio decides. */
  readonly worst: string
  readonly ratio: number
  readonly target: number
  readonly goal: number
  readonly holds: boolean
}

export const judge = (results: readonly Result[], variant: string): Verdict[] =>
  (['building', 'decoding', 'requests'] as const).map(group => {
    const ratios = results
      .filter(result => result.group === group)
      .map(({ name, variants }) => ({ name, ratio: variants.find(v => v.variant === variant)?.ratio ?? Number.NaN }))
    const worst = ratios.reduce((a, b) => (b.ratio > a.ratio ? b : a))
    const { target, goal } = TARGETS[group]
    return { group, worst: worst.name, ratio: worst.ratio, target, goal, holds: worst.ratio <= target }
  })

export const sentence = ({ group, worst, ratio, target, goal, holds }: Verdict): string => {
  const outcome = ratio <= goal ? `holds, and its goal of ${goal} too` : holds ? `holds; its goal is ${goal}` : 'MISSED'
  return `${group}: at most ${target} of hand-written ${outcome} (the highest is ${worst}: ${ratio.toFixed(2)})`
}

export const table = (results: readonly Result[]): string => {
  const header = ['ns (ratio)', ...(results[0]?.variants.map(v => v.variant) ?? [])]
  const rows = results.map(({ name, variants }) => [
    name,
    ...variants.map(v => `${Math.round(v.nanoseconds).toLocaleString('en')} (${v.ratio.toFixed(2)})`)
  ])
  const lines = [header, ...rows]
  const widths = header.map((_, i) => Math.max(...lines.map(line => line[i]?.length ?? 0)))
  return lines
    .map(line =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
    )
    .join('\n')
}
