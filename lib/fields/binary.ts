import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Field, MadeField, misfit } from './field.ts'
import { isBytes } from './kinds.ts'
import type { Report } from './report.ts'

export class BinaryField extends MadeField<Uint8Array, Uint8Array, false> {
  override get storage() {
    return 'B' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!isBytes(value)) return report.misfit(value, 'a Uint8Array', { type: 'B' })
    return report.fits(value.byteLength) ? { B: new Uint8Array(value) } : undefined
  }

  decode(stored: AttributeValue): Uint8Array {
    if (!isBytes(stored.B)) throw misfit('binary data', stored)
    return stored.B
  }
}

/** Bytes: a Uint8Array, such as a Buffer. Stored as `{ B }`. */
export const binary = (): Field<Uint8Array, Uint8Array, false> => new BinaryField()
