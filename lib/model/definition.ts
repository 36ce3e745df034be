import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidItem, InvalidKey, InvalidModel, type PrimaryKey, UndecodableItem } from '../errors.ts'
import { Attributes, type Fields, isRecord, notARecord } from '../fields/attributes.ts'
import type { AnyField } from '../fields/field.ts'
import { Misfit, Report } from '../fields/report.ts'
import { string } from '../fields/scalars.ts'
import { checkFixed, checkName, type Part, parsePart } from '../keys/part.ts'
import { type KeyName, Template } from '../keys/template.ts'

/** What the builder has been told so far. */
export interface Blueprint {
  readonly name: string
  readonly suffix: string
  readonly pk?: readonly string[]
  readonly sk?: readonly string[]
  readonly gsi1?: readonly string[]
  readonly fields: Fields
  readonly raw: boolean
}

export type StoredItem = Record<string, AttributeValue>

/** A model compiled for use: its key templates, and its attributes with their codecs. */
export class Definition {
  readonly name: string
  readonly pk: Template
  readonly sk: Template
  readonly gsi1: Template | undefined
  readonly #attributes: Attributes
  readonly #hasSharedAttribute: boolean

  constructor(blueprint: Blueprint) {
    const { name, suffix, pk, sk, gsi1, fields, raw } = blueprint
    this.name = name
    if (pk === undefined || sk === undefined)
      throw new InvalidModel(name, `this is not a model yet: call .${pk === undefined ? 'pk' : 'sk'}(…)`)
    const template = (key: KeyName, parts: readonly string[], end: string): Template =>
      new Template(name, key, keyParts(blueprint, key, parts), end, raw)
    this.pk = template('PK', pk, suffix)
    this.sk = template('SK', sk, '')
    this.gsi1 = gsi1 && template('GSI1PK', gsi1, suffix)
    this.#hasSharedAttribute = this.pk.attributes.some(attribute => this.sk.attributes.includes(attribute))
    const names = [...this.pk.attributes, ...this.sk.attributes, ...(this.gsi1?.attributes ?? [])]
    this.#attributes = new Attributes({ ...Object.fromEntries(names.map(key => [key, string()])), ...fields })
  }

  /** The primary key of an item, or of the key attributes alone. */
  key(values: unknown): PrimaryKey {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'key', notARecord(values))
    return { PK: this.pk.render(values), SK: this.sk.render(values) }
  }

  /** The key in GSI1 of an item, or of the key attributes alone. */
  indexKey(values: unknown): { GSI1PK: string; SK: string } {
    if (!isRecord(values)) throw new InvalidKey(this.name, 'gsi1Key', notARecord(values))
    return { GSI1PK: this.index.render(values), SK: this.sk.render(values) }
  }

  /** The template of GSI1PK. Throws InvalidModel without `.gsi1()`. */
  get index(): Template {
    if (this.gsi1 === undefined) throw new InvalidModel(this.name, 'not in GSI1, its model has no .gsi1(…)')
    return this.gsi1
  }

  /** The attributes behind a primary key; `undefined` if it is another model's. */
  parse(key: PrimaryKey): Record<string, unknown> | undefined {
    const partition = this.pk.parse(key.PK)
    const values = partition && this.sk.parse(key.SK, partition)
    if (values === undefined) return undefined
    // An attribute that stands in both keys must say the same in both: SK has just won, so ask PK.
    return this.#hasSharedAttribute && this.pk.render(values) !== key.PK ? undefined : values
  }

  /**
   * Whether an item under this key is this model's. With raw keys that can be so though the key is ambiguous. Who has
   * rendered PK need not have it matched again.
   */
  claims(key: PrimaryKey, isOwnPartition = false): boolean {
    if (this.#hasSharedAttribute && !this.pk.raw) return this.parse(key) !== undefined
    return this.sk.matches(key.SK) && (isOwnPartition || this.pk.matches(key.PK))
  }

  /** The stored form of an item: its attributes and its keys. GSI1PK is left out where an attribute of it is absent. */
  encode(item: unknown): StoredItem {
    const report = new Report()
    if (!isRecord(item)) throw new InvalidItem(this.name, [{ path: [], message: notARecord(item) }])
    const stored: StoredItem = {}
    this.#attributes.encodeInto(stored, item, report)
    if (report.issues.length > 0) throw new InvalidItem(this.name, report.issues)
    stored.PK = { S: this.pk.render(item) }
    stored.SK = { S: this.sk.render(item) }
    if (this.gsi1?.isComplete(item)) stored.GSI1PK = { S: this.gsi1.render(item) }
    return stored
  }

  /** The item in a stored form. Attributes the model does not have are left out. */
  decode(stored: Readonly<StoredItem>): Record<string, unknown> {
    try {
      return this.#attributes.decode(stored)
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      const key = { ...(stored.PK?.S && { PK: stored.PK.S }), ...(stored.SK?.S && { SK: stored.SK.S }) }
      throw new UndecodableItem(this.name, key, error.path, error.problem)
    }
  }
}

/** Refuses a blueprint that can never become a model, at the step that breaks it. */
export const checkBlueprint = (blueprint: Blueprint): void => {
  const { name, suffix, pk, sk, gsi1, fields, raw } = blueprint
  if (name === '') throw new InvalidModel("model('')", 'a model needs a name')
  checkFixed(name, 'the suffix', suffix, raw)
  for (const attribute of Object.keys(fields)) checkName(name, attribute)
  if (pk) keyParts(blueprint, 'PK', pk)
  if (sk) keyParts(blueprint, 'SK', sk)
  if (gsi1) keyParts(blueprint, 'GSI1PK', gsi1)
  if (pk?.length === 0 && suffix === '') throw new InvalidModel(name, 'PK would be empty: it has no part and no suffix')
  if (gsi1?.length === 0 && suffix === '')
    throw new InvalidModel(name, 'GSI1PK would be empty: it has no part and no suffix')
  if (sk?.length === 0) throw new InvalidModel(name, 'SK would be empty: .sk() needs at least one part')
}

const keyParts = ({ name, fields, raw }: Blueprint, key: KeyName, parts: readonly string[]) => {
  const seen = new Set<string>()
  return parts.map(text => {
    const part: Part = parsePart(name, text, raw)
    if (seen.has(part.attribute)) throw new InvalidModel(name, `${part.attribute} stands twice in ${key}`)
    seen.add(part.attribute)
    const field = (Object.hasOwn(fields, part.attribute) && fields[part.attribute]) || string()
    return { ...part, codec: keyCodec(name, key, part.attribute, field) }
  })
}

const keyCodec = (model: string, key: KeyName, attribute: string, field: AnyField) => {
  if (field.codec === undefined)
    throw new InvalidModel(
      model,
      `${attribute} stands in ${key}, but values of its type cannot: use t.string(), t.int(), t.date(), t.boolean(), ` +
        't.oneOf() or t.literal()'
    )
  if (field.isOptional && key !== 'GSI1PK')
    throw new InvalidModel(model, `${attribute} stands in ${key}, so it cannot be optional`)
  return field.codec
}
