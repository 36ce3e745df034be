import zlib from 'node:zlib'
import { byTable } from './crc32-table.ts'

const own: { readonly crc32?: (data: Uint8Array) => number } = zlib

/** Computes the checksum that DynamoDB sends with an answer. Node has a native one from 20.15 and 22.2 on. */
export const crc32: (data: Uint8Array) => number = own.crc32 ?? byTable
