import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Field, misfit } from './field.ts'
import type { Report } from './report.ts'

class BinaryField extends Field<Uint8Array, Uint8Array, false> {
  encode(value: unknown, report: Report): AttributeValue | undefined {
    return value instanceof Uint8Array ? { B: value } : report.misfit(value, 'a Uint8Array', { type: 'B' })
  }

  decode(stored: AttributeValue): Uint8Array {
    if (stored.B === undefined) throw misfit('binary data', stored)
    return stored.B
  }
}

/** Bytes: a Uint8Array, such as a Buffer. `{ B }`. */
export const binary = (): Field<Uint8Array, Uint8Array, false> => new BinaryField()
