/** One model three times: its attributes described with zod, with valibot and with arktype. */
import { type } from 'arktype'
import { type InputOf, type ItemOf, model, t } from 'keystorm'
import * as v from 'valibot'
import { z } from 'zod'
import { type Equal, isType } from '../support/types.ts'

const User = model('User').pk('email').sk('kind').gsi1('team')
const common = { kind: t.literal('PROFILE'), team: t.string().optional(), visits: t.int().default(0) }

export const ZodUser = User.fields({
  ...common,
  email: z.string().toLowerCase().pipe(z.email()),
  age: z.string().transform(Number).pipe(z.number().int().min(0)),
  nick: z.string().trim().default('none'),
  tags: z.array(z.string()).max(3),
  address: z.object({ zip: z.string().length(4), country: z.string().default('NL') }).optional(),
  bio: z.string().nullable().optional()
})

export const ValibotUser = User.fields({
  ...common,
  email: v.pipe(v.string(), v.toLowerCase(), v.email()),
  age: v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(0)),
  nick: v.optional(v.pipe(v.string(), v.trim()), 'none'),
  tags: v.pipe(v.array(v.string()), v.maxLength(3)),
  address: v.optional(v.object({ zip: v.pipe(v.string(), v.length(4)), country: v.optional(v.string(), 'NL') })),
  bio: v.nullish(v.string())
})

/** Schemas of arktype are functions. */
export const ArktypeUser = User.fields({
  ...common,
  email: type('string')
    .pipe(text => text.toLowerCase())
    .to('string.email'),
  age: type('string').pipe(Number).to('number.integer >= 0'),
  nick: type('string | undefined').pipe(text => text?.trim() ?? 'none'),
  tags: type('string[] <= 3'),
  address: type({ zip: 'string == 4', country: "string = 'NL'" }).or('undefined'),
  bio: type('string | null | undefined')
})

export interface UserInput {
  email: string
  kind?: 'PROFILE'
  age: string
  tags: string[]
  nick?: string | undefined
  team?: string | undefined
  visits?: number | undefined
  address?: { zip: string; country?: string | undefined } | undefined
  bio?: string | null | undefined
}

export interface UserItem {
  email: string
  kind: 'PROFILE'
  age: number
  nick: string
  tags: string[]
  visits: number
  team?: string
  address?: { zip: string; country: string }
  bio?: string | null
}

type Plain<T> = { [K in keyof T]: T[K] }

isType<Equal<ItemOf<typeof ZodUser>, Plain<UserItem>>>()
isType<Equal<ItemOf<typeof ValibotUser>, Plain<UserItem>>>()
isType<Equal<ItemOf<typeof ArktypeUser>, Plain<UserItem>>>()
isType<Equal<InputOf<typeof ZodUser>, Plain<UserInput>>>()
isType<Equal<InputOf<typeof ValibotUser>, Plain<UserInput>>>()
// arktype's default takes no undefined.
isType<
  Equal<
    InputOf<typeof ArktypeUser>,
    Plain<Omit<UserInput, 'address'> & { address?: { zip: string; country?: string } | undefined }>
  >
>()

/** The three as one type, which the assertions above allow. */
export const users = Object.entries({
  zod: ZodUser,
  valibot: ValibotUser as unknown as typeof ZodUser,
  arktype: ArktypeUser as unknown as typeof ZodUser
})
