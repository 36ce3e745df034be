import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../errors.ts'
import { type KeyPlace, Param, type ParamKind, type ParamWriter } from '../keys/param.ts'
import { keyText } from './key-text.ts'
import { anyValue, elements, members, scalar } from './stored.ts'
import { isSimple, jsonOf, literal, memberOf, operand } from './text.ts'

/** Prints values with holes as JSONata expressions. */
export interface HolePrinter {
  /** The expression of a param, or the variable that holds its value. */
  source(param: Param): string
  expression(value: unknown): string
}

/** Takes the place of a param in a command. */
export interface Hole {
  readonly param: Param
  /**
   * Whether the hole is a whole stored value, whose type only the state machine knows. Otherwise it is the content
   * under a type.
   */
  readonly isWhole: boolean
  print(printer: HolePrinter): string
}

/** The number of a hole, between two lone surrogates. */
const MARK = /\ud800(\d+)\udc00/

/**
 * The holes of one command. A text with lone surrogates marks each hole. No value can equal it, because keystorm
 * refuses lone surrogates everywhere, so the compilers treat it like any text.
 */
export class Holes implements ParamWriter {
  readonly #model: string
  readonly #holes: Hole[] = []
  readonly #marks = new Map<string, string>()

  constructor(model: string) {
    this.#model = model
  }

  /** Splits a text into fixed pieces and holes. */
  split(text: string): (string | Hole)[] {
    return text.split(MARK).flatMap((piece, i): (string | Hole)[] => {
      const hole = i % 2 === 1 ? this.#holes[Number(piece)] : undefined
      return hole ? [hole] : piece === '' ? [] : [piece]
    })
  }

  /** The hole that is a whole stored value; `undefined` for any other value. */
  wholeOf(value: object): Hole | undefined {
    const [content, ...others] = Object.values(value)
    if (typeof content !== 'string' || others.length > 0) return undefined
    const [hole, ...rest] = this.split(content)
    return typeof hole === 'object' && rest.length === 0 && hole.isWhole ? hole : undefined
  }

  key(param: Param, place: KeyPlace): string {
    return this.#text(param, keyText(place))
  }

  text(param: Param): string {
    return this.#text(param, source => source)
  }

  value(param: Param, kind: ParamKind, path: readonly (string | number)[]): AttributeValue {
    const where = [this.#model, ...path].join('.')
    if (param.isOptional && kind.type !== 'wrapped')
      throw new InvalidRequest(
        this.#model,
        `${path.join('.')} must be there, and the param ${param.expression} may be absent`
      )
    switch (kind.type) {
      case 'wrapped':
        return this.#wrapped(param, kind)
      case 'any': {
        const print = (printer: HolePrinter) => anyValue(printer.source(param), `${where} must be there`)
        return under('S', this.#mark({ param, isWhole: true, print }))
      }
      case 'list':
      case 'record':
      case 'set':
        return this.#container(param, kind, where)
      default:
        return under(kind.type, this.#text(param, scalar(kind, where)))
    }
  }

  member(map: Param, name: string, isOptional: boolean): Param {
    return new Param(memberOf(map.expression, name), isOptional)
  }

  next({ expression }: Param): Param {
    return new Param(`${operand(expression)} + 1`, false)
  }

  orElse({ expression }: Param, fallback: unknown): Param {
    return new Param(`$exists(${expression}) ? ${operand(expression)} : ${literal(jsonOf(fallback))}`, false)
  }

  #wrapped(param: Param, { isNullable, of }: Extract<ParamKind, { type: 'wrapped' }>): AttributeValue {
    const isBound = isNullable && !isSimple(param.expression)
    const stored = of(new Param(isBound ? '$v' : param.expression, false)) ?? { NULL: true }
    const print = (printer: HolePrinter): string => {
      if (!isNullable) return printer.expression(stored)
      const source = printer.source(param)
      const printed = `${isBound ? '$v' : source} = null ? {'NULL': true} : ${printer.expression(stored)}`
      return isBound ? `($v := ${source}; ${printed})` : printed
    }
    return under(typeOf(stored), this.#mark({ param, isWhole: true, print }))
  }

  #container(
    param: Param,
    { type, each }: Extract<ParamKind, { type: 'list' | 'record' | 'set' }>,
    where: string
  ): AttributeValue {
    const stored = each(new Param('$v', false)) ?? { NULL: true }
    const element = type === 'set' ? Object.values(stored)[0] : stored
    if (type === 'set' && this.wholeOf(stored))
      throw new InvalidRequest(
        this.#model,
        `the param ${param.expression} is a set whose elements may be of any type: give them one`
      )
    const print = (printer: HolePrinter): string => {
      const write = type === 'record' ? members : elements
      const sentence = `${where} must be ${type === 'record' ? 'an object' : 'a list'}`
      return write(printer.source(param), printer.expression(element), sentence)
    }
    const mark = this.#mark({ param, isWhole: false, print })
    return under(type === 'list' ? 'L' : type === 'record' ? 'M' : `${typeOf(stored)}S`, mark)
  }

  /** The same param at the same kind of place gets the same mark, so keys made of it are equal. */
  #text(param: Param, write: (source: string) => string): string {
    const id = JSON.stringify([param, write('$v')])
    const mark =
      this.#marks.get(id) ?? this.#mark({ param, isWhole: false, print: printer => write(printer.source(param)) })
    this.#marks.set(id, mark)
    return mark
  }

  #mark(hole: Hole): string {
    return `\ud800${this.#holes.push(hole) - 1}\udc00`
  }
}

const typeOf = (stored: AttributeValue): string => Object.keys(stored)[0] ?? 'S'

const under = (type: string, mark: string): AttributeValue => ({ [type]: mark }) as unknown as AttributeValue // a mark can stand under any type
