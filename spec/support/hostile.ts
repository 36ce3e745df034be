/** Any JavaScript value, the odd ones above all. */
import fc from 'fast-check'

class Account {
  name = 'x'
  get secret() {
    return 1
  }
}

const cyclic = (): object => {
  const list: unknown[] = [1]
  const map = { list, self: {} as unknown }
  map.self = map
  list.push(map)
  return map
}

const shared = (levels: number): unknown => {
  let value: unknown = { x: 1 }
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { a: value, b: value } : [value, value]
  return value
}

const sparse = (): unknown[] => {
  const list = [1, 2, 3]
  delete list[1]
  return list
}

const odd: (() => unknown)[] = [
  () => new Map([['city', 'Pau']]),
  () => new Map(),
  () => new WeakMap(),
  () => new URL('https://example.org'),
  () => new Error('no'),
  () => Promise.resolve(1),
  () => new Account(),
  () => new (class extends Array {})(),
  () => new (class extends Set {})(['x']),
  () => Object.create({ inherited: 1 }),
  () => Object.create(Object.create(null)),
  () => Object.assign(Object.create(null), { a: 1 }),
  () => Object.create(Date.prototype),
  () => Object.create(Set.prototype),
  () => Object.create(Uint8Array.prototype),
  () => Object.setPrototypeOf(new Date(0), null),
  () => Object.setPrototypeOf([1], null),
  () => new Number(1),
  () => new String('x'),
  () => new Boolean(false),
  () => Object(1n),
  () => Object(Symbol('x')),
  () => Symbol('x'),
  () => Symbol.iterator,
  () => () => 1,
  () => Account,
  () => /x/,
  () => /(x)(?<y>y)?/.exec('xy'),
  () => Object.assign([1, 2], { more: 1 }),
  () => Object.assign([], { more: 1 }),
  sparse,
  () => new Array(3),
  () => [undefined],
  () => [1, undefined, 2],
  () => ({ a: undefined }),
  () => ({ [Symbol('x')]: 1 }),
  () => JSON.parse('{"__proto__": 1}'),
  () => JSON.parse('{"constructor": {"name": {"toString": 1}}}'),
  () => ({ '': 1 }),
  () => ({ '\ud800': 1 }),
  () => ({ a: { '\udc00': 1 } }),
  () => Math,
  () => JSON,
  () => globalThis,
  () => Reflect,
  () =>
    (function () {
      // biome-ignore lint/complexity/noArguments: an odd object
      return arguments
    })(),
  () => new Date(0),
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => new Date(-1),
  () => Object.assign(new Date(0), { toISOString: () => 'x'.repeat(24), getTime: () => 5 }),
  () => Buffer.from('x'),
  () => new Uint8Array([1, 2]),
  () => new Uint8Array(),
  () => new Uint8ClampedArray(1),
  () => new Float64Array(1),
  () => new DataView(new ArrayBuffer(1)),
  () => new ArrayBuffer(1),
  () => new Set(),
  () => new Set(['a', 'b']),
  () => new Set([1, 2]),
  () => new Set([1n, 2]),
  () => new Set([1n, 1]),
  () => new Set([9007199254740993n]),
  () => new Set(['1', 1]),
  () => new Set([Buffer.from('a'), Buffer.from('a')]),
  () => new Set([Buffer.from('a'), Buffer.from('b')]),
  () => new Set(['']),
  () => new Set([null]),
  () => new Set([new Date(0)]),
  () => 5n,
  () => -9007199254740993n,
  () => 9007199254740994n,
  () => 10n ** 37n,
  () => 10n ** 30n,
  () => 123456789012345678901234567890n,
  () => 1n << 100_000n,
  () => -0,
  () => 1e21,
  () => 1234567890123456.8 * 1e9,
  () => 2 ** 53,
  () => 2 ** 53 + 2,
  () => 1e-131,
  () => 1e126,
  () => 5e-324,
  () => 0.1 + 0.2,
  () => Number.NaN,
  () => Number.NEGATIVE_INFINITY,
  () => '\ud800',
  () => '9'.repeat(2_000),
  () => 'x'.repeat(500_000),
  () => '00000000000000000000000000000000000000000000012',
  () => '-0',
  () => '2024-02-30',
  cyclic,
  () => shared(5),
  () => shared(40),
  () => Array.from({ length: 40 }).reduce(inner => [inner], 1),
  () => Array.from({ length: 20 }).reduce(inner => ({ inner }), 1)
]

const any = fc.anything({
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withUnicodeString: true
} as fc.ObjectConstraints)

const leaf = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...odd).map(make => make()) },
  { weight: 2, arbitrary: any }
)

/** Any value, and odd ones within lists, maps and sets. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string({ maxLength: 3 }), leaf, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }).map(elements => new Set(elements)) }
)
