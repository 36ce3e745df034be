import type { Operation, Operations } from '../driver/sender.ts'
import { Target, type TargetOptions } from '../driver/target.ts'

/** A target that reports its requests under the verb `modify`. */
export class ModifyTarget extends Target {
  constructor({ connected, label }: Target) {
    super(connected, label)
  }

  override labelled(label: string): Target {
    return new ModifyTarget(super.labelled(label))
  }

  override send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options: TargetOptions
  ): Promise<Operations[O]['output']> {
    return super.send(operation, input, { ...options, verb: 'modify' })
  }
}
