/** Numbers from 0 up to 1, always the same ones for the same text. */
export type Dice = () => number

export const diceOf = (text: string): Dice => {
  // FNV-1a of the text is the state of a mulberry32 generator: two well-known little functions.
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
