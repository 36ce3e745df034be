export { cut, describe, errorName, few, nameOf, quote, wordsOf } from './errors/describe.ts'
export * from './errors/error.ts'
export * from './errors/item.ts'
export * from './errors/key.ts'
export * from './errors/model.ts'
export {
  checkFlag,
  checkFunction,
  checkGiven,
  checkOptions,
  checkSource,
  givenBy
} from './errors/options.ts'
export * from './errors/refusal.ts'
export * from './errors/sending.ts'
export { formatPath } from './errors/text.ts'
