/** Numbers from 0 up to 1, always the same ones for the same text. */
export type Dice = () => number

/** Whatever stands in FAULT_SEED makes other dice of the same texts: other faults, at other times. */
const salt = process.env.FAULT_SEED ?? ''

export const diceOf = (text: string): Dice => {
  const seed = salt + text
  // FNV-1a of the text is the state of a mulberry32 generator: two well-known little functions.
  let state = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
