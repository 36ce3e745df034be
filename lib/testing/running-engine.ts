/** An engine that was started, and how to end it. */
export interface RunningEngine {
  readonly endpoint: string
  stop(): Promise<void>
}
