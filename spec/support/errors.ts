/** The error that `act` throws or rejects with. */
export const errorFrom = async (act: () => unknown): Promise<Error> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof Error) return error
    throw new Error(`something was thrown that is no Error: ${String(error)}`)
  }
  throw new Error('nothing was thrown')
}
