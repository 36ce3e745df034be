/** Signing: AWS's published vectors, and the SDK's own signer, byte for byte. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dateOf, type Header } from '../../lib/lean/canonical.ts'
import { Signer } from '../../lib/lean/sign.ts'
import { diceOf } from '../faults/seeded.ts'

// Those of AWS's suite for Signature Version 4 that are a POST without a query, which is all that is signed here.
const TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=='
const form = 'application/x-www-form-urlencoded'
const vectors: readonly [name: string, more: readonly Header[], body: string, signed: string, signature: string][] = [
  ['post-vanilla', [], '', 'host;x-amz-date', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    ...(['post-header-key-sort', [['my-header1', 'value1']], '', 'host;my-header1;x-amz-date'] as const),
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c'
  ],
  [
    ...(['post-header-value-case', [['my-header1', 'VALUE1']], '', 'host;my-header1;x-amz-date'] as const),
    'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d'
  ],
  [
    ...(['post-sts-header-before', [['x-amz-security-token', TOKEN]], ''] as const),
    ...(['host;x-amz-date;x-amz-security-token'] as const),
    '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead'
  ],
  [
    ...(['post-x-www-form-urlencoded', [['content-type', form]], 'Param1=value1'] as const),
    ...(['content-type;host;x-amz-date'] as const),
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a'
  ]
]

for (const [name, more, body, signed, signature] of vectors)
  test(`the published vector ${name}`, () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
    const headers: Header[] = [...more, ['host', 'example.amazonaws.com'], ['x-amz-date', '20150830T123600Z']]
    const scope = { region: 'us-east-1', service: 'service' }
    assert.is(
      new Signer().sign({ path: '/', headers, body }, scope, credentials),
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`
    )
  })

/** What is used of the SDK's signer, which it has for itself. */
interface SdkSigner {
  sign(request: object, options: { signingDate: Date }): Promise<{ headers: Record<string, string> }>
}
const fromSdk = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb'))
const { SignatureV4 } = fromSdk('@smithy/signature-v4') as { SignatureV4: new (options: object) => SdkSigner }

class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: Buffer | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data: Buffer | string): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Buffer> {
    return this.#hash.digest()
  }
}

test("a thousand random requests are signed as by the SDK's signer", async () => {
  const dice = diceOf('signatures')
  const pick = <T>(...all: readonly [T, ...T[]]): T => all[Math.floor(dice() * all.length)] ?? all[0]
  const text = (most: number, from = 'aZ09 ~!*()\'"%/+=&;:ä€😀\t-_.') =>
    Array.from({ length: Math.floor(dice() * most) }, () => pick('x', ...from)).join('')
  const signer = new Signer()
  for (let i = 0; i < 1000; i++) {
    const region = pick('eu-west-1', 'us-gov-west-1', 'local')
    const secretAccessKey = pick('secret', text(40))
    const sessionToken = pick(undefined, `t${text(300, 'aZ09/+=')}`)
    const time = Math.floor(dice() * 4e12)
    const body = pick('', '{}', text(2000))
    const path = pick('/', '/', '/a/b', '/a%20b/', "/x!'()*~/ä").replace('ä', '%C3%A4')
    const own = { [`x-${pick('a', 'b')}`]: `v${text(30)}w`, ...pick({}, { 'amz-sdk-request': 'attempt=1; max=4' }) }
    const given = { host: 'dynamodb.example.com', 'content-type': 'application/x-amz-json-1.0', ...own }
    const credentials = { accessKeyId: 'AKID', secretAccessKey, sessionToken }
    const options = { service: 'dynamodb', region, credentials, sha256: Sha256, applyChecksum: false }
    const request = { method: 'POST', protocol: 'https:', hostname: given.host, path, query: {}, body }
    const signingDate = new Date(time)
    const theirs = await new SignatureV4(options).sign({ ...request, headers: { ...given } }, { signingDate })
    const headers: Header[] = [
      ...Object.entries(given),
      ['x-amz-date', dateOf(time)],
      ...(sessionToken ? ([['x-amz-security-token', sessionToken]] as const) : [])
    ]
    const mine = signer.sign({ path, headers, body }, { region, service: 'dynamodb' }, credentials)
    assert.is(mine, theirs.headers.authorization, JSON.stringify({ path, headers, body }))
  }
})

test.run()
