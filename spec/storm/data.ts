/** The recorded behaviour of STORM as typed data. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb'

/** A value as the files spell it: plain JSON, or an object with one `$` name for what JSON lacks. */
export type Neutral = null | boolean | number | string | readonly Neutral[] | NeutralRecord
export interface NeutralRecord {
  readonly [name: string]: Neutral
}

export type Row = Record<string, AttributeValue>

export interface FieldDeclaration {
  readonly name: string
  readonly type: string
  readonly effective_identifier: string
}

export interface ModelDeclaration {
  readonly class_name: string
  readonly effective_suffix: string
  readonly fields: readonly FieldDeclaration[]
  readonly pk_fields: readonly string[]
  readonly sk_fields: readonly string[]
  readonly gsi_fields: readonly string[]
}

/** An exception of STORM's. */
export interface Raised {
  readonly type: string
  readonly message: string
  /** Of a ValueError: a sentence, and all attributes of the key that is meant. */
  readonly args?: readonly [sentence: string, attributes: readonly string[]]
  /** Of MissingRequiredFields. */
  readonly fields?: readonly string[]
}

/** What STORM gave, or the exception it raised. */
export type Outcome<T> =
  | { readonly value: T; readonly raises?: never }
  | { readonly raises: Raised; readonly value?: never }

interface Judged {
  readonly verdict: 'keep' | 'fix'
  readonly compare: 'exact' | 'effect' | 'error' | 'differs' | 'delimiters'
}

export interface KeyCase {
  readonly id: string
  readonly model: string
  readonly verdict: Judged['verdict']
  readonly input: NeutralRecord
  readonly expect: Readonly<Record<'get_pk' | 'get_sk' | 'get_gsi1pk', Outcome<string | null>>> & {
    readonly is_creatable: Outcome<boolean>
  }
}

export interface StormRequest extends QueryCommandInput {
  readonly Key?: Row
  readonly Item?: Row
  readonly ConditionExpression?: string
  readonly UpdateExpression?: string
}

/** A request, by the name of its operation. */
export interface SentRequest {
  readonly operation: string
  readonly params: StormRequest
}

export interface RequestCase extends Judged {
  readonly id: string
  readonly model: string
  readonly op: string
  readonly input: NeutralRecord
  readonly set?: NeutralRecord
  readonly allow_override?: boolean
  readonly chain?: readonly Call[]
  readonly expect: { readonly request?: StormRequest; readonly raises?: Raised }
}

/** A request for Step Functions, made of expressions. */
export interface JsonataCase extends Judged {
  readonly id: string
  readonly model: string
  readonly op: string
  readonly input: NeutralRecord
  readonly set?: NeutralRecord
  readonly using?: readonly string[]
  readonly chain?: readonly Call[]
  readonly allow_override?: boolean
  readonly expect: { readonly request?: StormRequest; readonly raises?: { readonly type: string } }
}

export interface StormObject {
  readonly values: NeutralRecord
}

/** A method call of a query: its name and its arguments. */
export type Call = readonly [method: string, ...args: Neutral[]]

export interface Step extends Judged {
  readonly op: string
  readonly model: string
  readonly input?: NeutralRecord
  readonly key?: NeutralRecord
  readonly set?: NeutralRecord
  readonly assign?: NeutralRecord
  readonly allow_override?: boolean
  readonly chain?: readonly Call[]
  readonly item?: Row
  readonly order?: 'ties' | 'ties-cut'
  readonly expect?: {
    readonly value?: StormObject | readonly StormObject[] | null
    readonly raises?: Raised
    readonly requests?: readonly SentRequest[]
    readonly table_after?: readonly Row[]
  }
}

/** What a step gave: a query a list, `get` one object, everything else nothing. */
export const objectsOf = ({ expect }: Step): readonly StormObject[] => [expect?.value ?? []].flat()

export interface Scenario {
  readonly id: string
  readonly models: readonly string[]
  readonly seed?: readonly Row[]
  readonly steps: readonly Step[]
}

const FOLDER = path.join(import.meta.dirname, '../data/storm')

const files = new Map<string, unknown>()

// The files are part of the repository, so their shape is taken on trust here, and only here.
const read = <T>(name: string): T => {
  const known = files.get(name) ?? JSON.parse(readFileSync(path.join(FOLDER, `${name}.json`), 'utf8'))
  files.set(name, known)
  return known as T
}

export const declarations = read<{ models: Record<string, ModelDeclaration> }>('models').models
export const keyCases = (): readonly KeyCase[] => read<{ cases: KeyCase[] }>('keys').cases
export const requestCases = (): readonly RequestCase[] => read<{ cases: RequestCase[] }>('requests').cases
export const storedScenarios = (): readonly Scenario[] => read<{ cases: Scenario[] }>('stored').cases
export const readbackScenarios = (): readonly Scenario[] => read<{ cases: Scenario[] }>('readback').cases
export const jsonataCases = (): readonly JsonataCase[] => read<{ cases: JsonataCase[] }>('jsonata').cases
export const tableDefinitionCase = (): { input: { table_name: string }; expect: Record<string, unknown> } =>
  read('table-definition')

export const declarationOf = (id: string): ModelDeclaration => {
  const declaration = declarations[id]
  if (declaration === undefined) throw new Error(`models.json has no ${id}`)
  return declaration
}
